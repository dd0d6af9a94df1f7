/*
description: Records of the files that usage_all_raw leaves out, counted. A duplicate counts under the family of its own address.
materialized: table
grain: [family, outcome]
taken_from: {env: GCP_BIGQUERY_DATASET_LOGS, if_missing: empty}
tags: [usage]
columns:
  family:   {type: string, pii: none, tests: [{accepted_values: [ipv4, ipv6, none]}], description: "ipv4, ipv6, or none without a readable address."}
  outcome:  {type: string, pii: none, tests: [{accepted_values: [duplicate, rejected]}], description: "duplicate or rejected."}
  requests: {type: int64, pii: none, tests: [{expression: requests > 0}], description: "Records."}
  bytes:    {type: int64, pii: none, description: "Their sc_bytes, 0 where that does not read."}
*/
with log as (
    select
        c_ip,
        sc_bytes
    from {{source "gcs" "usage_log"}}
),

addresses as (
    select
        c_ip,
        family
    from {{ref "address_spellings"}}
),

records as (
    select
        addresses.family,
        count(*) as requests,
        sum(coalesce(log.sc_bytes, 0)) as bytes
    from log
    inner join addresses
        on log.c_ip = addresses.c_ip
    group by addresses.family
),

kept as (
    select
        family,
        count(*) as requests,
        sum(coalesce(sc_bytes, 0)) as bytes
    from {{ref "usage_all_raw"}}
    group by family
),

rejects as (
    select
        count(*) as requests,
        sum(bytes) as bytes
    from {{source "gcs" "usage_rejects"}}
),

final as (
    select
        records.family,
        'duplicate' as outcome,
        records.requests - coalesce(kept.requests, 0) as requests,
        records.bytes - coalesce(kept.bytes, 0) as bytes
    from records
    left join kept
        on records.family = kept.family
    where records.requests > coalesce(kept.requests, 0)
    union all
    select
        'none' as family,
        'rejected' as outcome,
        requests,
        bytes
    from rejects
    where requests > 0
)

select * from final
