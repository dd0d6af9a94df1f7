/*
description: Each distinct valid client address of the log. Never published.
materialized: table
grain: c_ip
tags: [match]
columns:
  c_ip:    {type: text, pii: personal, description: "The warehouse's text, unchanged."}
  address: {type: inet, pii: personal, tests: [unique, not_null], description: "The same as an address."}
  family:  {type: text, pii: none, tests: [{accepted_values: [ipv4, ipv6]}], description: "ipv4 or ipv6."}
*/
with addresses as (
    select
        c_ip,
        family
    from {{ref "ip_count"}}
),

final as (
    select
        c_ip,
        c_ip::inet as address,
        family
    from addresses
)

select * from final
