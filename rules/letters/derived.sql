-- Facts of one letter: what is due by when, and how far it has come by the end of as_at().
--
-- In:  records, one row a letter; limits; letter_clinics.
-- Out: one row a letter:
--   pathway_key, pathway_id  text  the job
--   trust          text  the provider, three letters of its code; where the file has none, the trust of --provider
--   clinic_kind    text  oral, geriatric, or other: by the clinic code (letter_clinics)
--   is_outpatient, is_discharge, is_urgent, is_oral, is_geriatric  bool  which of the days apply; results and other letters have none
--   stage          text  the last stage that a date shows. A date after as_at() has not come. Returned and failed have no date:
--                        the status says so where the dates do not go further
--   stage_since    date  since when it has been there; NULL where no date tells
--   stopped        date  the day on which it was sent
--   limit_days     int   the fewest of the days that apply, of the month of the clinic
--   due_date       date  the last day that is in time
WITH
limited AS (
    SELECT
        records._record AS limited_record,
        MIN(CASE WHEN standard = 'OP' THEN days END) AS days_op,
        MIN(CASE WHEN standard = 'DS' THEN days END) AS days_ds,
        MIN(CASE WHEN standard = 'URGENT' THEN days END) AS days_urgent,
        MIN(CASE WHEN standard = 'ORAL' THEN days END) AS days_oral,
        MIN(CASE WHEN standard = 'GERIATRIC' THEN days END) AS days_geriatric
    FROM records
    CROSS JOIN limits
    WHERE COALESCE(clinic_date, as_at()) BETWEEN limits.from_date AND limits.to_date
    GROUP BY records._record
),
come AS (
    SELECT
        records._record AS come_record,
        COALESCE(lookup(UPPER(clinic_code), 'letter_clinics'), 'other') AS clinic_kind,
        COALESCE(letter_kind = 'clinic', TRUE) AS is_outpatient,
        COALESCE(letter_kind = 'discharge', FALSE) AS is_discharge,
        CASE WHEN dictated_date <= as_at() THEN dictated_date END AS dictated,
        CASE WHEN typing_started_date <= as_at() THEN typing_started_date END AS typing,
        CASE WHEN typed_date <= as_at() THEN typed_date END AS typed,
        CASE WHEN approval_sent_date <= as_at() THEN approval_sent_date END AS awaiting,
        CASE WHEN approved_date <= as_at() THEN approved_date END AS approved,
        CASE WHEN sent_date <= as_at() THEN sent_date END AS stopped
    FROM records
),
staged AS (
    SELECT
        come.*,
        is_outpatient AND clinic_kind = 'oral' AS is_oral,
        is_outpatient AND clinic_kind = 'geriatric' AS is_geriatric,
        CASE
            WHEN letter_status = 'failed' AND approved IS NOT NULL THEN 'failed'
            WHEN stopped IS NOT NULL THEN 'sent'
            WHEN approved IS NOT NULL THEN 'approved'
            WHEN letter_status = 'returned' AND typed IS NOT NULL THEN 'returned'
            WHEN awaiting IS NOT NULL THEN 'awaiting_approval'
            WHEN typed IS NOT NULL THEN 'typed'
            WHEN typing IS NOT NULL THEN 'typing'
            WHEN dictated IS NOT NULL THEN 'dictated'
            ELSE 'not_dictated'
        END AS stage
    FROM come
    INNER JOIN records ON records._record = come_record
)
SELECT
    records._record,
    UPPER(job_id) AS pathway_key,
    job_id AS pathway_id,
    COALESCE(UPPER(LEFT(provider, 3)), provider()) AS trust,
    clinic_kind,
    is_outpatient,
    is_discharge,
    is_outpatient AND COALESCE(letter_priority IN ('urgent', 'two_week_wait'), FALSE) AS is_urgent,
    is_oral,
    is_geriatric,
    stage,
    CASE stage
        WHEN 'sent' THEN stopped
        WHEN 'approved' THEN approved
        WHEN 'awaiting_approval' THEN awaiting
        WHEN 'typed' THEN typed
        WHEN 'typing' THEN typing
        WHEN 'dictated' THEN dictated
        WHEN 'not_dictated' THEN clinic_date
    END AS stage_since,
    CASE WHEN stage = 'sent' THEN stopped END AS stopped,
    LEAST(
        CASE WHEN is_outpatient THEN days_op END,
        CASE WHEN is_discharge THEN days_ds END,
        CASE WHEN is_outpatient AND letter_priority IN ('urgent', 'two_week_wait') THEN days_urgent END,
        CASE WHEN is_oral THEN days_oral END,
        CASE WHEN is_geriatric THEN days_geriatric END
    ) AS limit_days,
    add_days(
        clinic_date,
        LEAST(
            CASE WHEN is_outpatient THEN days_op END,
            CASE WHEN is_discharge THEN days_ds END,
            CASE WHEN is_outpatient AND letter_priority IN ('urgent', 'two_week_wait') THEN days_urgent END,
            CASE WHEN is_oral THEN days_oral END,
            CASE WHEN is_geriatric THEN days_geriatric END
        )
    ) AS due_date
FROM records
INNER JOIN staged ON come_record = records._record
LEFT JOIN limited ON limited_record = records._record
