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
come AS (
    SELECT
        _record AS come_record,
        clinic_date AS clinic_day,
        letter_status AS status,
        letter_priority AS priority,
        COALESCE(lookup(UPPER(clinic_code), 'letter_clinics'), 'other') AS clinic_kind,
        COALESCE(letter_kind = 'clinic', TRUE) AS is_outpatient,
        COALESCE(letter_kind = 'discharge', FALSE) AS is_discharge,
        CASE WHEN dictated_date <= as_at() THEN dictated_date END AS dictated,
        CASE WHEN typing_started_date <= as_at() THEN typing_started_date END AS typing,
        CASE WHEN typed_date <= as_at() THEN typed_date END AS typed,
        CASE WHEN approval_sent_date <= as_at() THEN approval_sent_date END AS awaiting,
        CASE WHEN approved_date <= as_at() THEN approved_date END AS approved,
        CASE WHEN sent_date <= as_at() THEN sent_date END AS went
    FROM records
),
staged AS (
    SELECT
        come.*,
        is_outpatient AND COALESCE(priority IN ('urgent', 'two_week_wait'), FALSE) AS is_urgent,
        is_outpatient AND clinic_kind = 'oral' AS is_oral,
        is_outpatient AND clinic_kind = 'geriatric' AS is_geriatric,
        CASE
            WHEN status = 'failed' AND approved IS NOT NULL THEN 'failed'
            WHEN went IS NOT NULL THEN 'sent'
            WHEN approved IS NOT NULL THEN 'approved'
            WHEN status = 'returned' AND typed IS NOT NULL THEN 'returned'
            WHEN awaiting IS NOT NULL THEN 'awaiting_approval'
            WHEN typed IS NOT NULL THEN 'typed'
            WHEN typing IS NOT NULL THEN 'typing'
            WHEN dictated IS NOT NULL THEN 'dictated'
            ELSE 'not_dictated'
        END AS stage
    FROM come
),
limited AS (
    SELECT come_record AS limited_record, MIN(limits.days) AS limit_days
    FROM staged
    CROSS JOIN limits
    WHERE COALESCE(clinic_day, as_at()) BETWEEN limits.from_date AND limits.to_date
        AND CASE limits.standard
            WHEN 'OP' THEN is_outpatient
            WHEN 'DS' THEN is_discharge
            WHEN 'URGENT' THEN is_urgent
            WHEN 'ORAL' THEN is_oral
            WHEN 'GERIATRIC' THEN is_geriatric
        END
    GROUP BY come_record
)
SELECT
    records._record,
    UPPER(job_id) AS pathway_key,
    job_id AS pathway_id,
    COALESCE(UPPER(LEFT(provider, 3)), provider()) AS trust,
    clinic_kind,
    is_outpatient,
    is_discharge,
    is_urgent,
    is_oral,
    is_geriatric,
    stage,
    CASE stage
        WHEN 'sent' THEN went
        WHEN 'approved' THEN approved
        WHEN 'awaiting_approval' THEN awaiting
        WHEN 'typed' THEN typed
        WHEN 'typing' THEN typing
        WHEN 'dictated' THEN dictated
        WHEN 'not_dictated' THEN clinic_date
    END AS stage_since,
    CASE WHEN stage = 'sent' THEN went END AS stopped,
    limit_days,
    add_days(clinic_date, limit_days) AS due_date
FROM records
INNER JOIN staged ON come_record = records._record
LEFT JOIN limited ON limited_record = records._record
