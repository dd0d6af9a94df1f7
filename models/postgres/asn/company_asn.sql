/*
description: The AS name list, one row an AS. Of several texts that a list has for one AS the most frequent counts, then the smallest.
materialized: table
grain: asn
tags: [asn]
columns:
  asn:     {type: bigint, pii: none, description: "Number of the autonomous system."}
  name:    {type: text, pii: none, tests: [not_null], description: "What the list calls it, without the country."}
  country: {type: text, pii: none, description: "Two capital letters after the last comma (EU is used too); null where there are none, and for ZZ."}
*/
with names as (
    select
        asn,
        name,
        country,
        text,
        occurrences
    from {{source "as_names" "as_name"}}
),

final as (
    select distinct on (asn)
        asn,
        name,
        country
    from names
    order by asn, occurrences desc, text collate "C"
)

select * from final
