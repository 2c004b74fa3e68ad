//! Derived facts. In: typed records, and the data set's `derived.sql` and `pathways.sql`. Out: the columns
//! that the two add, one value for each record.
//!
//! A fact needs either its record alone (`derived.sql`) or the records of its pathway (`pathways.sql`). So
//! each thread runs the SQL over a stretch of the records; those that share their pathway with another record
//! are calculated once more, together. SQL that could take something from another pathway runs over all
//! records at once.

use anyhow::Result;
use polars::prelude::*;
use rayon::prelude::*;

use super::keys;
use crate::rulebook::Rulebook;
use crate::sql::seen;
use crate::sql::{
    RunContext, Snippet, in_record_order, looks_across_records, looks_beyond, only_tells_apart, query,
    query_of_each_alone,
};

/// The least number of records in a stretch: each plans the SQL again.
const STRETCH: usize = 1 << 14;

/// The facts of one rules file, calculated over records.
struct Facts<'a> {
    snippet: Snippet<'a>,
    nested: &'a [(String, DataFrame)],
    context: &'a RunContext<'a>,
}

/// Adds the columns of `derived.sql`, then those of `pathways.sql` if the data set has one. Each must give
/// every record exactly once. The SQL also sees the rows of nested tables.
pub fn derive(
    rulebook: &Rulebook,
    frame: &mut DataFrame,
    nested: &[(String, DataFrame)],
    context: &RunContext,
) -> Result<()> {
    let shares = std::thread::available_parallelism().map_or(1, usize::from);
    let rows = frame.height().div_ceil(shares).max(STRETCH);
    derive_in_stretches(rulebook, frame, nested, context, rows)
}

/// The same with a number of records in a stretch.
fn derive_in_stretches(
    rulebook: &Rulebook,
    frame: &mut DataFrame,
    nested: &[(String, DataFrame)],
    context: &RunContext,
    rows: usize,
) -> Result<()> {
    for name in ["derived.sql", "pathways.sql"] {
        let path = format!("{}/{name}", rulebook.data_set.folder);
        if rulebook.files.get(&path).is_none() {
            continue;
        }
        let facts = Facts {
            snippet: Snippet::file(&rulebook.files, &path)?,
            nested,
            context,
        };
        let columns = if !looks_across_records(&facts.snippet)? {
            facts.in_stretches(frame, rows)?
        } else if let Some(key) = rulebook.data_set.pathway_key.as_deref()
            && !looks_beyond(&facts.snippet, key)?
            && frame.schema().contains(key)
        {
            facts.by_pathway(frame, key, rows)?
        } else {
            facts.of(frame)?
        };
        for column in columns {
            frame.with_column(column)?;
        }
    }
    Ok(())
}

impl Facts<'_> {
    /// The facts of these records, which are all that the SQL sees.
    fn of(&self, records: &DataFrame) -> Result<Vec<Column>> {
        let nested = self
            .nested
            .iter()
            .map(|(name, rows)| (name.as_str(), rows.clone().lazy()));
        let own = [("records", records.clone().lazy())].into_iter().chain(nested);
        let tables = seen::FACTS.tables(self.context.rulebook, own)?;
        in_record_order(
            &self.snippet,
            query(&self.snippet, &tables, self.context)?,
            records,
        )
    }

    /// The facts of records as if each were alone with its key; each has the type of the column `like` it.
    /// `None` if the SQL cannot be rewritten for such records.
    fn of_each_alone(&self, records: &DataFrame, like: &[Column]) -> Result<Option<Vec<Column>>> {
        if !self.nested.is_empty() {
            return Ok(None);
        }
        let own = [("records", records.clone().lazy())];
        let tables = seen::FACTS.tables(self.context.rulebook, own)?;
        let Some(result) = query_of_each_alone(&self.snippet, &tables, self.context)? else {
            return Ok(None);
        };
        let columns = in_record_order(&self.snippet, result, records)?
            .into_iter()
            .zip(like);
        let typed = columns.map(|(column, like)| match column.name() == like.name() {
            true => column.cast(like.dtype()).ok(),
            false => None,
        });
        Ok(typed.collect())
    }

    /// The facts of records that do not look at each other.
    fn in_stretches(&self, frame: &DataFrame, rows: usize) -> Result<Vec<Column>> {
        let of_stretches = stretches(frame, rows).into_par_iter();
        joined(
            of_stretches
                .map(|(_, stretch)| self.of(&stretch))
                .collect::<Result<_>>()?,
        )
    }

    /// The facts of records that only look at the other records of their pathway: each stretch as if every
    /// record of it were alone, and then the records that share a pathway, together. SQL that needs the key
    /// only to tell pathways apart gets numbers in its place, which it groups and joins much faster.
    fn by_pathway(&self, frame: &DataFrame, key: &str, rows: usize) -> Result<Vec<Column>> {
        let shared = keys::shared(frame, key)?;
        let is_number_enough = self.nested.is_empty() && only_tells_apart(&self.snippet, key)?;
        let of = |records: &DataFrame, numbers: fn(&DataFrame, &str) -> Result<DataFrame>| {
            if is_number_enough && let Ok(columns) = self.of(&numbers(records, key)?) {
                return Ok(columns);
            }
            self.of(records)
        };
        if frame.height() <= rows || shared.len() * 2 > frame.height() {
            return of(frame, keys::with_numbers);
        }
        let together = frame.take(&IdxCa::from_slice("rows".into(), &shared))?;
        let together = of(&together, keys::with_numbers)?;
        let of_stretches = stretches(frame, rows).into_par_iter();
        let corrected = of_stretches.map(|(first, stretch)| {
            let place = |row: usize| shared.partition_point(|shared| (*shared as usize) < row);
            let within = place(first)..place(first + stretch.height());
            let columns = match self.of_each_alone(&stretch, &together)? {
                Some(columns) => columns,
                None => of(&stretch, keys::with_numbers_of_their_own)?,
            };
            let columns = columns.into_iter().zip(&together);
            if within.is_empty() {
                return Ok(columns.map(|(alone, _)| alone).collect());
            }
            let mut rows: Vec<IdxSize> = (0..stretch.height() as IdxSize).collect();
            for (place, row) in shared[within.clone()].iter().enumerate() {
                rows[*row as usize - first] = (stretch.height() + place) as IdxSize;
            }
            let rows = IdxCa::from_vec("rows".into(), rows);
            let corrected = columns.map(|(mut alone, together)| {
                alone.append(&together.slice(within.start as i64, within.len()))?;
                Ok(alone.rechunk().take(&rows)?)
            });
            corrected.collect::<Result<Vec<Column>>>()
        });
        joined(corrected.collect::<Result<_>>()?)
    }
}

/// Consecutive stretches of records, each with its first row.
fn stretches(frame: &DataFrame, rows: usize) -> Vec<(usize, DataFrame)> {
    let firsts = (0..frame.height().max(1)).step_by(rows);
    firsts
        .map(|first| (first, frame.slice(first as i64, rows)))
        .collect()
}

/// The columns of consecutive stretches as whole columns, each in one piece, so that no later step has to
/// join the pieces again.
fn joined(stretches: Vec<Vec<Column>>) -> Result<Vec<Column>> {
    let mut stretches = stretches.into_iter();
    let mut all = stretches.next().unwrap_or_default();
    for stretch in stretches {
        for (column, more) in all.iter_mut().zip(&stretch) {
            column.append(more)?;
        }
    }
    Ok(all.into_par_iter().map(|column| column.rechunk()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::records::testing;

    /// Unoptimised, planning the SQL needs more stack than the threads of a test have.
    #[test]
    fn facts_are_the_same_however_long_a_stretch_is() {
        let threads = rayon::ThreadPoolBuilder::new()
            .stack_size(64 << 20)
            .build()
            .unwrap();
        threads.install(facts_are_the_same);
    }

    fn facts_are_the_same() {
        let rulebook = Rulebook::load(None, "cwt").unwrap();
        let context = RunContext {
            rulebook: &rulebook,
            as_at: chrono::NaiveDate::from_ymd_opt(2026, 11, 10).unwrap(),
            provider: Some("RZZ".to_string()),
        };
        let records = testing::with_faults(&rulebook, &context, 600).frame;
        let derived = |rows: usize| {
            let mut frame = records.clone();
            derive_in_stretches(&rulebook, &mut frame, &[], &context, rows).unwrap();
            frame
        };
        let whole = derived(records.height());
        let facts = Facts {
            snippet: Snippet::file(&rulebook.files, "cwt/pathways.sql").unwrap(),
            nested: &[],
            context: &context,
        };
        let names = whole.get_column_names_owned();
        let of_pathways = names.iter().position(|name| name == "pathway_records").unwrap();
        let before = whole.select(names[..of_pathways].to_vec()).unwrap();
        let together = facts.of(&before).unwrap();
        assert!(facts.of_each_alone(&before, &together).unwrap().is_some());
        for column in together {
            let by_number = whole.column(column.name()).unwrap();
            assert!(by_number.equals_missing(&column), "{} by number", column.name());
        }
        let shared = keys::shared(&whole, rulebook.data_set.pathway_key()).unwrap();
        assert!(
            (50..300).contains(&shared.len()),
            "{} records share",
            shared.len()
        );
        for rows in [64, 599] {
            let stretched = derived(rows);
            assert_eq!(stretched.schema(), whole.schema());
            for (one, other) in stretched.columns().iter().zip(whole.columns()) {
                assert!(one.equals_missing(other), "{} in stretches of {rows}", one.name());
            }
        }
    }
}
