-- The tumours whose item is due, and is not there or says nothing.
SELECT
    month,
    tumour_group,
    pathway,
    item,
    CASE WHEN is_present THEN 'not known' ELSE 'missing' END AS state
FROM items
WHERE is_due AND NOT is_informative
ORDER BY month, tumour_group, pathway, item_order
