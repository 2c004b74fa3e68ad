-- The waits of each part, once under their treatment function and once under the total of all, as the published file has them.
--
-- In:  parts.
-- Out: one row a wait, part and line; C_999 is the total.
SELECT month, provider, part, treatment_function, days FROM parts
UNION ALL
SELECT month, provider, part, 'C_999' AS treatment_function, days FROM parts
