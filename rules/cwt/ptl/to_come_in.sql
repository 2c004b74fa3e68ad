-- Open pathways on the waiting list of the PAS, by their date to come in: those that do not fit first.
--
-- In:  tracked.
-- Out: one row an open pathway with an entry on the list.
--
--   tci_note    what does not fit, the weightiest thing only; blank: nothing
--   days_listed days since the patient was put on the list
SELECT
    pathway,
    site,
    route,
    listed_on,
    days(listed_on, as_at()) AS days_listed,
    tci,
    planned_treatment AS treatment_planned,
    CASE WHEN is_open_31 THEN target_31 END AS target_31,
    CASE WHEN is_open_62 THEN target_62 END AS target_62,
    tci_note,
    file,
    row
FROM (
    SELECT
        *,
        CASE
            WHEN is_open_62 AND tci > target_62 THEN 'after the 62-day target'
            WHEN is_open_31 AND tci > target_31 THEN 'after the 31-day target'
            WHEN planned_treatment <> tci THEN 'the register plans another date'
            WHEN tci IS NULL AND tci_passed IS NOT NULL THEN 'the TCI has passed; nothing says what came of it'
            WHEN tci IS NULL THEN 'no TCI'
        END AS tci_note
    FROM tracked
    WHERE has_list_entry
) AS noted
ORDER BY CASE WHEN tci_note IS NULL THEN 1 ELSE 0 END, tci ASC NULLS FIRST, listed_on, file, row
