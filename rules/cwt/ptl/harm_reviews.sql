-- The review of harm: every pathway whose 62-day clock ran past day 104, whether it is still open or has ended.
--
-- In:  pathways; records, codes; lookup review_settings.
-- Out: one row a pathway, those who wait first, then the latest to end.
--
--   days        days on the 62-day clock: so far, or until it ended (less the adjustments)
--   stands      waiting, or how the clock ended: a review comes after treatment or after cancer is ruled out. A pathway that
--               only its patient status ended has no day of the end and is left out
--   review_due  the day by which it is due (lookups/review_settings.csv); blank while the patient waits
-- The national text on this review was not found: what is here is common practice, as settings.
WITH
settings AS (
    SELECT
        MAX(CASE WHEN setting = 'over' THEN CAST(days AS INT) END) AS over_days,
        MAX(CASE WHEN setting = 'review_within' THEN CAST(days AS INT) END) AS review_days,
        MAX(CASE WHEN setting = 'ended_within' THEN CAST(days AS INT) END) AS ended_days
    FROM review_settings
),
trusts_of AS (
    SELECT
        pathway_key AS trust_pathway,
        MIN(trust_first_seen) AS seen_by,
        MIN(trust_treatment_start) AS treated_by,
        MIN(COALESCE(delay_reason_rtt, delay_reason_upgrade)) AS reason_code
    FROM records
    GROUP BY pathway_key
),
ended AS (
    SELECT
        *,
        CASE
            WHEN is_open_62 THEN 'waiting'
            WHEN any_treatment_date IS NOT NULL THEN 'treated or declined'
            WHEN end_62 = 'told that it is no cancer' THEN 'cancer ruled out'
            WHEN end_62 IN ('excluded', 'died') THEN end_62
        END AS stands,
        CASE
            WHEN is_open_62 THEN NULL
            WHEN any_treatment_date IS NOT NULL THEN any_treatment_date
            WHEN end_62 IN ('told that it is no cancer', 'excluded') THEN told_date
            WHEN end_62 = 'died' THEN death_date
        END AS ended_on
    FROM pathways
    WHERE start_62 IS NOT NULL
),
counted AS (
    SELECT
        *,
        CASE
            WHEN ended_on IS NULL THEN days_62
            WHEN any_treatment_date IS NOT NULL THEN days(start_62, ended_on) - adjustment_62 - COALESCE(treatment_part, 0)
            ELSE days(start_62, ended_on) - adjustment_62
        END AS days_waited
    FROM ended
    WHERE stands IS NOT NULL
)
SELECT
    pathway,
    file,
    row,
    site,
    route,
    start_62 AS start,
    stands,
    days_waited AS days,
    days_waited - over_days AS days_over,
    decision_date,
    planned_treatment AS treatment_planned,
    ended_on,
    add_days(ended_on, review_days) AS review_due,
    COALESCE(add_days(ended_on, review_days) < as_at(), FALSE) AS is_past_due,
    seen_by,
    treated_by,
    reasons.meaning AS delay_reason
FROM counted
CROSS JOIN settings
LEFT JOIN trusts_of ON trusts_of.trust_pathway = counted.pathway_key
LEFT JOIN (SELECT code, meaning FROM codes WHERE list = 'delay_reason_rtt') AS reasons ON reasons.code = trusts_of.reason_code
WHERE days_waited > over_days AND COALESCE(days(ended_on, as_at()) <= ended_days, TRUE)
ORDER BY CASE WHEN ended_on IS NULL THEN 0 ELSE 1 END, ended_on DESC NULLS LAST, days_waited DESC, file, row
