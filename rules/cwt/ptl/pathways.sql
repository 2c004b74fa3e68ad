-- Every pathway that was ever on the 28-, 31- or 62-day clock, and where each clock stands at the end of as_at().
--
-- In:  records with derived columns, without the dates after as_at(): those are in planned; files; limits; ptl_bands;
--      lookups. What is inferred here was in no text that could be read; rules/cwt/lookups/ptl_ends.csv can be edited.
-- Out: one row a pathway. A pathway is all records of a pathway_key.
--
-- A clock is open when it has started and nothing has ended it:
--   28-day  starts with the referral on one of the three routes of the Faster Diagnosis Standard
--           (measures/fds.sql: never an upgrade). Ends when the patient is told or excluded (end date), with the decision
--           to treat (NHS Data Dictionary: CANCER FASTER DIAGNOSIS PATHWAY END DATE), with treatment, with death.
--   62-day  starts with the referral, for an upgrade on its date. Ends with treatment or the day all of it was declined
--           (modality 98), when the patient is told that it is no cancer, with an exclusion, with death.
--   31-day  starts with a decision to treat (measures/31d.sql), on any route or none; of several that are open with the
--           earliest. Ends with the treatment or the day all of it was declined, with death, when the patient is told
--           after it that it is no cancer or is excluded.
-- Inferred, and why:
--   - a record of a treatment is open while it has a decision and no treatment date; a decision on a record without a
--     treatment ends with a treatment of the pathway on that day or later;
--   - a status of treatment commenced ends the 31-day clock only where no treatment of the pathway has a date: else it
--     may be that treatment's;
--   - a treatment of any event type ends both clocks: a first one stops them, any other says that the first was given or
--     that the cancer is no new one;
--   - events before the start of the clock end nothing: such a date is a mistake, and the patient stays in sight;
--   - an end reason without its date ends nothing, for the same reason;
--   - the patient status ends a clock as lookups/ptl_ends.csv says. It carries no date, so it ends nothing where an event
--     is planned: it may have been set for that. Of several records the last one that has a status speaks.
-- Days are whole days at the end of as_at(), less the first-seen adjustment; an adjustment to treatment cannot be known
-- before the treatment is.
WITH
last_treatments AS (
    SELECT pathway_key, MAX(treatment_start_date) AS last_treatment
    FROM records
    WHERE treatment_start_date IS NOT NULL
    GROUP BY pathway_key
),
-- Decisions to treat without their treatment.
decisions AS (
    SELECT records.pathway_key, MIN(ctp_start_date) AS start_31
    FROM records
    LEFT JOIN last_treatments ON last_treatments.pathway_key = records.pathway_key
    WHERE ctp_start_date IS NOT NULL
        AND treatment_start_date IS NULL
        AND COALESCE(in_scope, TRUE)
        AND COALESCE(basal_cell, '') <> 'Y'
        AND (is_treatment OR last_treatment IS NULL OR ctp_start_date > last_treatment)
    GROUP BY records.pathway_key
),
-- The record that speaks for the pathway: the first, in file order, that has a route and a start; where none has, the
-- first with a decision to treat.
first_records AS (
    SELECT
        pathway_key,
        COALESCE(
            MIN(CASE WHEN route IS NOT NULL AND start_62 IS NOT NULL THEN _record END),
            MIN(_record)
        ) AS first_record
    FROM records
    WHERE (route IS NOT NULL AND start_62 IS NOT NULL) OR ctp_start_date IS NOT NULL
    GROUP BY pathway_key
),
starts AS (
    SELECT
        first_records.pathway_key,
        referral.pathway,
        referral._file AS file_number,
        referral._row AS row,
        referral.route,
        referral.referral_type AS cancer_referral_type,
        CASE WHEN referral.route IS NOT NULL THEN referral.start_62 END AS start_62,
        CASE WHEN referral.route <> 'Consultant Upgrade' AND referral.start_62 IS NOT NULL THEN referral.referral_start END AS start_28
    FROM first_records
    INNER JOIN records AS referral ON referral._record = first_records.first_record
),
-- What has happened, over all records of the pathway.
happened AS (
    SELECT
        starts.pathway_key,
        MAX(first_seen_part) AS adjustment_28,
        MAX(first_seen_part_62) AS adjustment_62,
        MIN(date_first_seen) AS first_seen_date,
        MIN(CASE WHEN ctp_start_date >= starts.start_62 OR starts.start_62 IS NULL THEN ctp_start_date END) AS decision_date,
        MIN(CASE WHEN treatment_start_date >= starts.start_62 THEN treatment_start_date END) AS any_treatment_date,
        MIN(CASE WHEN fdp_end_date >= starts.start_62 AND carries_fds THEN _record END) AS told_record,
        -- A decision to treat needs no referral.
        MIN(CASE WHEN fdp_end_date IS NOT NULL AND carries_fds THEN _record END) AS outcome_record,
        MAX(CASE WHEN ctp_start_date IS NOT NULL THEN 1 ELSE 0 END) AS has_decision,
        MAX(CASE WHEN ctp_start_date IS NOT NULL AND COALESCE(in_scope, TRUE) AND COALESCE(basal_cell, '') <> 'Y' THEN 1 ELSE 0 END) AS has_decision_in_scope,
        MIN(death_date) AS death_date,
        MAX(CASE WHEN patient_status IS NOT NULL THEN _record END) AS status_record,
        MIN(CASE WHEN in_scope AND cancer_type IS NOT NULL THEN _record END) AS diagnosis_record,
        -- As the 62-day standard counts it (measures/62d.sql).
        MIN(
            CASE
                WHEN is_first_treatment AND treatment_start_date >= starts.start_62 AND COALESCE(treatment_modality, '') <> '98'
                    AND COALESCE(in_scope, TRUE) AND COALESCE(basal_cell, '') <> 'Y' THEN treatment_start_date
            END
        ) AS first_treatment_date,
        MAX(treatment_part) AS treatment_part,
        -- A pathway whose records name no trust at all, or a site whose trust is not known, is the submitting trust's own, as it
        -- is in the month's return.
        MAX(
            CASE
                WHEN provider() IS NULL OR trust_first_seen = provider() OR trust_fdp_end = provider()
                    OR trust_treatment_start = provider() OR trust_consultant_upgrade = provider() OR has_unknown_trust THEN 1
                ELSE 0
            END
        ) AS is_ours,
        MAX(CASE WHEN COALESCE(trust_first_seen, trust_fdp_end, trust_treatment_start, trust_consultant_upgrade) IS NOT NULL THEN 1 ELSE 0 END) AS is_named
    FROM records
    INNER JOIN starts ON starts.pathway_key = records.pathway_key
    GROUP BY starts.pathway_key
),
-- What lies after as_at().
next_events AS (
    SELECT
        records.pathway_key,
        MIN(planned.date_first_seen) AS planned_first_seen,
        MIN(planned.fdp_end_date) AS planned_told,
        MIN(planned.ctp_start_date) AS planned_decision,
        MIN(planned.treatment_start_date) AS planned_treatment
    FROM planned
    INNER JOIN records ON records._record = planned._record
    GROUP BY records.pathway_key
),
end_reasons AS (SELECT code, ends_62 FROM ptl_ends WHERE field = 'fdp_end_reason'),
exclusions AS (SELECT code, ends_62 FROM ptl_ends WHERE field = 'fdp_exclusion_reason'),
outcomes AS (SELECT code, ends_31 FROM ptl_ends WHERE field = 'fdp_end_reason'),
statuses AS (SELECT code, ends_28, ends_31, ends_62 FROM ptl_ends WHERE field = 'patient_status'),
joined AS (
    SELECT
        starts.*,
        files.file,
        COALESCE(diagnosis.cancer_type, ptl_sites.site, referral_types.label, 'Not recorded') AS site,
        happened.adjustment_28,
        happened.adjustment_62,
        happened.first_seen_date,
        happened.decision_date,
        happened.any_treatment_date,
        happened.first_treatment_date,
        happened.treatment_part,
        happened.death_date,
        told.fdp_end_date AS told_date,
        told.fdp_end_reason = '02' AS is_ruled_out,
        COALESCE(CASE WHEN told.fdp_end_reason = '03' THEN exclusions.ends_62 END, end_reasons.ends_62, 'no') = 'yes' AS told_ends_62,
        next_events.planned_first_seen,
        next_events.planned_told,
        next_events.planned_decision,
        next_events.planned_treatment,
        LEAST(planned_first_seen, planned_told, planned_decision, planned_treatment) AS next_date,
        COALESCE(statuses.ends_28, 'no') = 'yes' AS status_ends_28,
        COALESCE(statuses.ends_62, 'no') = 'yes' AS status_ends_62,
        happened.has_decision,
        happened.has_decision_in_scope,
        decisions.start_31,
        COALESCE(outcomes.ends_31 = 'yes' AND outcome.fdp_end_date >= decisions.start_31, FALSE) AS outcome_ends_31,
        CASE
            WHEN statuses.ends_31 = 'yes' THEN TRUE
            WHEN statuses.ends_31 = 'untreated' THEN last_treatment IS NULL
            ELSE FALSE
        END AS status_ends_31,
        limit_31.limit_31,
        limit_28.limit_28,
        limit_62.limit_62
    FROM starts
    INNER JOIN happened ON happened.pathway_key = starts.pathway_key
    CROSS JOIN (SELECT days AS limit_28 FROM limits WHERE standard = 'FDS' AND as_at() BETWEEN from_date AND to_date) AS limit_28
    CROSS JOIN (SELECT days AS limit_62 FROM limits WHERE standard = '62D' AND as_at() BETWEEN from_date AND to_date) AS limit_62
    CROSS JOIN (SELECT days AS limit_31 FROM limits WHERE standard = '31D' AND as_at() BETWEEN from_date AND to_date) AS limit_31
    LEFT JOIN decisions ON decisions.pathway_key = starts.pathway_key
    LEFT JOIN last_treatments ON last_treatments.pathway_key = starts.pathway_key
    LEFT JOIN records AS outcome ON outcome._record = happened.outcome_record
    LEFT JOIN outcomes ON outcomes.code = outcome.fdp_end_reason
    LEFT JOIN files ON files._file = starts.file_number
    LEFT JOIN next_events ON next_events.pathway_key = starts.pathway_key
    LEFT JOIN records AS told ON told._record = happened.told_record
    LEFT JOIN end_reasons ON end_reasons.code = told.fdp_end_reason
    LEFT JOIN exclusions ON exclusions.code = told.fdp_exclusion_reason
    LEFT JOIN records AS status ON status._record = happened.status_record
    LEFT JOIN statuses ON statuses.code = status.patient_status
    LEFT JOIN records AS diagnosis ON diagnosis._record = happened.diagnosis_record
    LEFT JOIN ptl_sites ON ptl_sites.cancer_referral_type = starts.cancer_referral_type
    LEFT JOIN referral_types ON referral_types.cancer_referral_type = starts.cancer_referral_type
    WHERE happened.is_ours = 1 OR happened.is_named = 0
),
judged AS (
    SELECT
        *,
        CASE
            WHEN start_28 IS NULL THEN 'no 28-day clock on this route'
            WHEN told_date IS NOT NULL THEN 'told or excluded'
            WHEN decision_date IS NOT NULL THEN 'decision to treat'
            WHEN any_treatment_date IS NOT NULL THEN 'treated or declined'
            WHEN death_date IS NOT NULL THEN 'died'
            WHEN status_ends_28 AND next_date IS NULL THEN 'patient status'
        END AS end_28,
        CASE
            WHEN has_decision = 0 THEN 'no decision to treat'
            WHEN has_decision_in_scope = 0 THEN 'not a cancer that the standard counts'
            WHEN start_31 IS NULL THEN 'treated or declined'
            WHEN outcome_ends_31 THEN 'told that it is no cancer, or excluded'
            WHEN death_date IS NOT NULL THEN 'died'
            WHEN status_ends_31 AND next_date IS NULL THEN 'patient status'
        END AS end_31,
        CASE
            WHEN start_62 IS NULL THEN 'no 62-day clock without a route'
            WHEN any_treatment_date IS NOT NULL THEN 'treated or declined'
            WHEN told_ends_62 AND is_ruled_out THEN 'told that it is no cancer'
            WHEN told_ends_62 THEN 'excluded'
            WHEN death_date IS NOT NULL THEN 'died'
            WHEN status_ends_62 AND next_date IS NULL THEN 'patient status'
        END AS end_62,
        days(start_28, as_at()) - adjustment_28 AS days_28,
        days(start_31, as_at()) AS days_31,
        days(start_62, as_at()) - adjustment_62 AS days_62,
        days(start_62, first_treatment_date) - adjustment_62 - treatment_part AS days_to_treatment,
        add_days(start_28, limit_28 + adjustment_28) AS target_28,
        add_days(start_31, limit_31) AS target_31,
        add_days(start_62, limit_62 + adjustment_62) AS target_62
    FROM joined
)
SELECT
    *,
    end_28 IS NULL AS is_open_28,
    end_31 IS NULL AS is_open_31,
    end_62 IS NULL AS is_open_62,
    add_days(target_28, 1) AS breach_28,
    add_days(target_31, 1) AS breach_31,
    add_days(target_62, 1) AS breach_62
FROM judged
