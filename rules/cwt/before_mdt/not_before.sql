-- The treatments that began before a team discussed the patient, to be looked up one by one.
--
-- In:  treated.
-- Out: one row a treatment.
SELECT
    month,
    site,
    pathway,
    treated,
    modality,
    treated_at,
    CASE discussed
        WHEN 'after' THEN 'discussed after the treatment'
        WHEN 'listed' THEN 'listed before, no discussion recorded'
        ELSE 'no meeting before the treatment'
    END AS discussion,
    first_held,
    CASE WHEN discussed = 'after' THEN days_after END AS days_after
FROM treated
WHERE discussed <> 'before'
ORDER BY month DESC, site, treated, pathway
