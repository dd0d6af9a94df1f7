/*
description: Distinct valid client addresses and how often each came, over the whole log, not the period. Never published.
materialized: table
grain: c_ip
tags: [usage]
columns:
  c_ip:     {type: string, pii: personal, description: "Canonical text of the address."}
  family:   {type: string, pii: none, tests: [{accepted_values: [ipv4, ipv6]}], description: "ipv4 or ipv6."}
  requests: {type: int64, pii: personal, tests: [{expression: requests > 0}], description: "Requests from it."}
  bytes:    {type: int64, pii: personal, tests: [not_null], description: "Bytes sent to it."}
*/
with requests as (
    select
        address,
        family,
        sc_bytes
    from {{ref "usage_all_raw"}}
),

final as (
    select
        address as c_ip,
        family,
        count(*) as requests,
        sum(coalesce(sc_bytes, 0)) as bytes
    from requests
    where address is not null
    group by address, family
)

select * from final
