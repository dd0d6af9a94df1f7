/*
description: The vendor seed as users see it, one row an AS.
materialized: table
grain: asn
published: true
tags: [report, vendor]
columns:
  vendor:              {type: string, pii: none, tests: [not_null, {expression: "vendor not in ('', 'unknown', 'other')"}], description: "Name of the vendor."}
  asn:                 {type: int64, pii: none, description: "Number of the autonomous system."}
  redirects_registry:  {type: string, pii: none, description: "Registry host that serves the vendor from nearby; null where there is none."}
  redirects_artifacts: {type: string, pii: none, description: "Host for other artifacts; null where there is none."}
  checked_by:          {type: string, pii: none, tests: [{accepted_values: [organisation, project]}], description: "Who checked the entry."}
  checked_on:          {type: date, pii: none, tests: [not_null], description: "Day of the check."}
  note:                {type: string, pii: none, tests: [{expression: note != ''}], description: "What the entry rests on."}
*/
with seed as (
    select
        vendor,
        asn,
        redirects_registry,
        redirects_artifacts,
        checked_by,
        checked_on,
        note
    from {{ref "vendor_asns"}}
),

final as (
    select
        vendor,
        asn,
        nullif(redirects_registry, '') as redirects_registry,
        nullif(redirects_artifacts, '') as redirects_artifacts,
        checked_by,
        checked_on,
        note
    from seed
)

select * from final
