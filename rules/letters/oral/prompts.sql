-- Supplies of oral anticancer medicine that leave a question open.
--
-- In:  supplies with their facts.
-- Out: one row a supply, the latest first.
SELECT
    pathway AS supply,
    prompt AS question,
    regimen,
    cycle,
    review_date AS review,
    bloods_taken_date AS bloods_taken,
    bloods_reported_date AS bloods_reported,
    released_date AS released,
    verified_date AS checked,
    dispensed_date AS dispensed,
    letter_approved
FROM supplies
WHERE prompt IS NOT NULL
ORDER BY dispensed DESC NULLS LAST, supply
