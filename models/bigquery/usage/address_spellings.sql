/*
description: >-
  Each spelling of a client address in the log, and what it reads as. IPv4 written as IPv6 (::ffff:192.0.2.1) counts as IPv4. Never published.
materialized: table
grain: c_ip
taken_from: {env: GCP_BIGQUERY_DATASET_LOGS, if_missing: empty}
tags: [usage]
columns:
  c_ip:    {type: string, pii: personal, description: "Client address as logged."}
  address: {type: string, pii: personal, description: "Canonical text of it; null where it is no address."}
  family:  {type: string, pii: none, tests: [{accepted_values: [ipv4, ipv6, none]}], description: "ipv4, ipv6, or none where it is no address."}
tests:
  - expression: (address is null) = (family = 'none')
*/
with log as (
    select c_ip
    from {{source "gcs" "usage_log"}}
),

spellings as (
    select
        c_ip,
        net.safe_ip_from_string(c_ip) as ip
    from log
    group by c_ip
),

unmapped as (
    select
        c_ip,
        if(
            starts_with(to_hex(ip), '00000000000000000000ffff'),     -- ::ffff:0:0/96
            from_hex(substr(to_hex(ip), 25)),
            ip
        ) as ip
    from spellings
),

final as (
    select
        c_ip,
        net.ip_to_string(ip) as address,
        case byte_length(ip) when 4 then 'ipv4' when 16 then 'ipv6' else 'none' end as family
    from unmapped
)

select * from final
