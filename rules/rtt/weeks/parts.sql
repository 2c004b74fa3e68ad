-- Waits that are counted, once for each part of the return that they belong to.
--
-- In:  waits: every line of the measures; records with derived columns.
-- Out: one row a wait and part:
--   part   Part_1A, Part_1B, Part_2, and again as Part_2A where the clock runs and somebody decided to admit: the waiting list or a
--          listing is among the events of its period (inferred). Part_2A is within Part_2: never add the two.
WITH
listed AS (
    SELECT
        pathway_key AS listed_pathway,
        period AS listed_period
    FROM records
    WHERE is_in_period AND (waiting_list_date <= as_at() OR event_type = 'listing')
    GROUP BY pathway_key, period
),
open_listed AS (
    SELECT records._record AS listed_record
    FROM records
    INNER JOIN listed ON listed_pathway = records.pathway_key AND listed_period = records.period
),
counted_waits AS (
    SELECT
        _record,
        month,
        org_code AS provider,
        cancer_type AS treatment_function,
        days,
        CASE standard WHEN 'RTT-1A' THEN 'Part_1A' WHEN 'RTT-1B' THEN 'Part_1B' ELSE 'Part_2' END AS part
    FROM waits
    WHERE counted
)
SELECT month, provider, part, treatment_function, days FROM counted_waits
UNION ALL
SELECT month, provider, 'Part_2A' AS part, treatment_function, days
FROM counted_waits
INNER JOIN open_listed ON listed_record = counted_waits._record
WHERE part = 'Part_2'
