//! Compiles the profile: names become slots, texts become words, weights are added up. A name that is used
//! before a step sets it is a mistake in the profile.

use std::collections::{BTreeMap, HashMap};

use anyhow::{Context, Result, anyhow, bail, ensure};

use super::calendar;
use super::choice::{Bands, By, Choice, Weighted, only};
use super::condition::{Test, When};
use super::conditions::Conditions;
use super::profile::{self, ByKey, Pick, Share};
use super::steps::{DateRule, How, Shape, Shock, Step, WithinShare};
use super::values::{Slot, Value, Word, Words};

pub struct Compiler {
    pub words: Words,
    names: HashMap<String, Slot>,
    shapes: HashMap<String, usize>,
}

impl Compiler {
    /// `given` are the names that the program sets itself.
    pub fn new(given: &[&str]) -> Compiler {
        let names = given
            .iter()
            .enumerate()
            .map(|(slot, name)| (name.to_string(), slot))
            .collect();
        Compiler {
            words: Words::new(),
            names,
            shapes: HashMap::new(),
        }
    }

    /// The number of values in a record.
    pub fn width(&self) -> usize {
        self.names.len()
    }

    pub fn slot(&self, name: &str) -> Result<Slot> {
        self.names
            .get(name)
            .copied()
            .ok_or_else(|| anyhow!("`{name}` is used, but no step has set it"))
    }

    pub fn slots(&self, names: &[String]) -> Result<Vec<Slot>> {
        names.iter().map(|name| self.slot(name)).collect()
    }

    pub fn when(&mut self, conditions: &Conditions) -> Result<When> {
        let mut tests = Vec::new();
        for (name, texts) in conditions {
            let slot = self.slot(name)?;
            tests.push(
                Test::new(slot, texts.all(), &mut self.words)
                    .with_context(|| format!("the condition on `{name}`"))?,
            );
        }
        Ok(When::new(tests))
    }

    pub fn shapes(&mut self, shapes: &BTreeMap<String, profile::Shape>) -> Result<Vec<Shape>> {
        self.shapes = shapes
            .keys()
            .enumerate()
            .map(|(number, name)| (name.clone(), number))
            .collect();
        shapes
            .values()
            .map(|shape| {
                Ok(Shape {
                    within: bands(&shape.within)?,
                    after: bands(&shape.after)?,
                    trend: shape.trend,
                    shocks: Vec::new(),
                })
            })
            .collect()
    }

    /// Adds the shocks to their shapes. They may test any name, so they are compiled after the steps.
    pub fn shocks(&mut self, shocks: &[profile::Shock], shapes: &mut [Shape]) -> Result<()> {
        for shock in shocks {
            let shape = self.shape(&shock.wait)?;
            let when = self.when(&shock.when)?;
            shapes[shape].shocks.push(Shock {
                from: calendar::day(&shock.from)?,
                to: calendar::day(&shock.to)?,
                change: shock.change,
                when,
            });
        }
        Ok(())
    }

    fn shape(&self, name: &str) -> Result<usize> {
        self.shapes
            .get(name)
            .copied()
            .ok_or_else(|| anyhow!("there is no `[shape.{name}]`"))
    }

    pub fn steps(&mut self, steps: &[profile::Step]) -> Result<Vec<Step>> {
        steps
            .iter()
            .map(|step| {
                self.step(step)
                    .with_context(|| format!("the step that sets `{}`", step.set))
            })
            .collect()
    }

    fn step(&mut self, step: &profile::Step) -> Result<Step> {
        let when = self.when(&step.when)?;
        let how = self.how(step)?;
        let next = self.names.len();
        let set = *self.names.entry(step.set.clone()).or_insert(next);
        Ok(Step {
            name: step.set.clone(),
            set,
            when,
            how,
        })
    }

    /// The key of a step that says how its value is made; there must be exactly one.
    fn how(&mut self, step: &profile::Step) -> Result<How> {
        let mut found = self.drawn(step)?;
        found.extend(self.calculated(step)?);
        found.extend(self.invented(step)?);
        let how = found.pop().context("no key says how the value is made")?;
        ensure!(found.is_empty(), "more than one key says how the value is made");
        Ok(how)
    }

    /// Keys of values that are given or drawn.
    fn drawn(&mut self, step: &profile::Step) -> Result<Vec<How>> {
        let mut found = Vec::new();
        if let Some(text) = &step.value {
            found.push(How::Value(self.words.value(text)));
        }
        if let Some(pick) = &step.pick {
            found.push(How::Pick(self.pick(step, pick)?));
        }
        if let Some(map) = &step.map {
            let tables = map
                .iter()
                .map(|(key, text)| (key.as_str(), only(self.words.value(text))))
                .collect();
            found.push(How::Pick(self.choice(step, tables)?));
        }
        if let Some(number) = &step.number {
            let of = self.by_key(step, number, |table| bands(table))?;
            found.push(How::Number {
                of,
                at_most: step.at_most.as_deref().map(|name| self.slot(name)).transpose()?,
            });
        }
        if let Some(shape) = &step.wait {
            let within = step.within.as_ref().context("a `wait` needs `within`")?;
            found.push(How::Wait {
                shape: self.shape(shape)?,
                within: self.by_key(step, within, |share| Ok(share_of(*share)))?,
            });
        }
        Ok(found)
    }

    /// Keys of values that are calculated from other steps.
    fn calculated(&mut self, step: &profile::Step) -> Result<Vec<How>> {
        let mut found = Vec::new();
        if let Some(name) = &step.copy {
            found.push(How::Copy(self.slot(name)?));
        }
        if let Some(date) = &step.date {
            found.push(How::Date(self.date(date)?));
        }
        if let Some(days) = &step.days {
            found.push(How::Days {
                from: self.slot(&days.from)?,
                to: self.slot(&days.to)?,
                less: self.slots(&days.less)?,
            });
        }
        if let Some(name) = &step.happened {
            found.push(How::Happened(self.slot(name)?));
        }
        if let Some(names) = &step.latest {
            found.push(How::Latest(self.slots(names)?));
        }
        if let Some(name) = &step.weekday {
            let words = calendar::WEEKDAYS.map(|day| self.words.value(day));
            found.push(How::Weekday(self.slot(name)?, words));
        }
        Ok(found)
    }

    /// Keys of identifiers and patients.
    fn invented(&mut self, step: &profile::Step) -> Result<Vec<How>> {
        let mut found = Vec::new();
        if let Some(id) = &step.id {
            found.push(How::Id {
                of: self.slot(&id.of)?,
                prefix: self.words.word(&id.prefix),
                digits: id.digits,
            });
        }
        if let Some(name) = &step.nhs_number {
            found.push(How::NhsNumber(self.slot(name)?));
        }
        match step.patient.as_deref() {
            Some("new") => found.push(How::NewPatient),
            Some("known") => found.push(How::KnownPatient),
            Some(other) => bail!("`patient` is `new` or `known`, not `{other}`"),
            None => {}
        }
        Ok(found)
    }

    fn pick(&mut self, step: &profile::Step, pick: &Pick) -> Result<Choice<Weighted<Value>>> {
        let tables = match pick {
            Pick::One(weights) => vec![("", self.weights(weights)?)],
            Pick::Each(tables) => tables
                .iter()
                .map(|(key, weights)| Ok((key.as_str(), self.weights(weights)?)))
                .collect::<Result<_>>()?,
        };
        self.choice(step, tables)
    }

    fn weights(&mut self, weights: &BTreeMap<String, f64>) -> Result<Weighted<Value>> {
        let weighted = Weighted::new(
            weights
                .iter()
                .map(|(text, weight)| (*weight, self.words.value(text))),
        );
        ensure!(!weighted.is_empty(), "no weight is above 0");
        Ok(weighted)
    }

    fn by_key<T, U>(
        &mut self,
        step: &profile::Step,
        of: &ByKey<T>,
        make: impl Fn(&T) -> Result<U>,
    ) -> Result<Choice<U>> {
        let tables = match of {
            ByKey::One(one) => vec![("", make(one)?)],
            ByKey::Each(each) => each
                .iter()
                .map(|(key, one)| Ok((key.as_str(), make(one)?)))
                .collect::<Result<_>>()?,
        };
        self.choice(step, tables)
    }

    /// Tables by key: by nothing, by the values of names, or by the beginning of a name's value.
    fn choice<T>(&mut self, step: &profile::Step, tables: Vec<(&str, T)>) -> Result<Choice<T>> {
        let (keys, made): (Vec<&str>, Vec<T>) = in_order(tables).into_iter().unzip();
        let by = match (&step.by, &step.by_start) {
            (None, None) => {
                ensure!(keys == [""], "tables by key need `by` or `by_start`");
                By::Nothing
            }
            (Some(names), None) => By::Values(
                self.slots(names.all())?,
                keys.iter()
                    .map(|key| self.key(key, names.all().len()))
                    .collect::<Result<_>>()?,
            ),
            (None, Some(name)) => By::Start(
                self.slot(name)?,
                self.starts(&keys),
                keys.iter().position(|key| *key == "*"),
            ),
            _ => bail!("`by` and `by_start` exclude each other"),
        };
        Ok(Choice::new(by, made))
    }

    fn key(&mut self, key: &str, parts: usize) -> Result<Vec<Option<Word>>> {
        let words: Vec<_> = key
            .split(' ')
            .map(|part| (part != "*").then(|| self.words.word(part)))
            .collect();
        ensure!(
            words.len() == parts,
            "the key `{key}` has {} parts, but `by` names {parts}",
            words.len()
        );
        Ok(words)
    }

    /// For every word so far, the index of the longest key that it begins with (`*` for all other words).
    fn starts(&self, keys: &[&str]) -> Vec<Option<usize>> {
        let index_of = |text: &str| {
            let fitting = keys
                .iter()
                .enumerate()
                .filter(|(_, key)| **key == "*" || text.starts_with(**key));
            fitting
                .max_by_key(|(_, key)| if **key == "*" { 0 } else { key.len() })
                .map(|(index, _)| index)
        };
        self.words.all().map(|(_, text)| index_of(text)).collect()
    }

    fn date(&self, date: &profile::DateStep) -> Result<DateRule> {
        let (days, back) = match (&date.plus, &date.minus) {
            (Some(name), None) => (Some(self.slot(name)?), false),
            (None, Some(name)) => (Some(self.slot(name)?), true),
            (None, None) => (None, false),
            _ => bail!("`plus` and `minus` exclude each other"),
        };
        let on = date
            .on
            .as_deref()
            .map(|name| {
                let index = calendar::WEEKDAYS.iter().position(|day| *day == name);
                index.with_context(|| format!("`on` is a weekday such as `monday`, not `{name}`"))
            })
            .transpose()?;
        Ok(DateRule {
            from: self.slot(&date.from)?,
            days,
            back,
            working_day: date.working_day,
            not_before: self.slots(&date.not_before)?,
            not_after: self.slots(&date.not_after)?,
            on,
        })
    }
}

/// Sorts keys that match fewer records first. Of two with equally many `*`, the one whose `*` is further
/// right comes later.
fn in_order<T>(mut tables: Vec<(&str, T)>) -> Vec<(&str, T)> {
    tables.sort_by_key(|(key, _)| {
        let any: Vec<bool> = key.split(' ').map(|part| part == "*").collect();
        (any.iter().filter(|any| **any).count(), any)
    });
    tables
}

fn bands(bands: &[profile::Band]) -> Result<Bands> {
    let weighted = Weighted::new(bands.iter().map(|(low, high, weight)| (*weight, (*low, *high))));
    ensure!(!weighted.is_empty(), "no band has a weight above 0");
    ensure!(
        bands.iter().all(|(low, high, _)| low <= high),
        "a band ends before it begins"
    );
    Ok(weighted)
}

fn share_of(share: Share) -> WithinShare {
    match share {
        Share::Usual(share) => WithinShare::Usual(share),
        Share::Own(first, last) => WithinShare::Own(first, last),
    }
}
