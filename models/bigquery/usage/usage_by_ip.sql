/*
description: Traffic and cost of each client address in the period; never published. What has no readable address is the row none.
materialized: table
grain: c_ip
tags: [usage]
columns:
  c_ip:          {type: string, pii: personal, description: "Canonical address; none where there is no readable one."}
  family:        {type: string, pii: none, tests: [{accepted_values: [ipv4, ipv6, none]}], description: "ipv4, ipv6, or none without a readable address."}
  prefix:        {type: string, pii: none, description: "Longest announced prefix."}
  asn:           {type: int64, pii: none, description: "The AS that announces it."}
  vendor:        {type: string, pii: none, tests: [not_null], description: "Vendor of the AS, else unknown."}
  region:        {type: string, pii: none, description: "Region of the longest cloud range that holds the address."}
  requests:      {type: int64, pii: personal, tests: [not_null], description: "Requests."}
  bytes:         {type: int64, pii: personal, tests: [not_null], description: "Bytes."}
  cost_usd_low:  {type: numeric, pii: personal, tests: [not_null], description: "Lowest cost."}
  cost_usd_high: {type: numeric, pii: personal, tests: [not_null], description: "Highest cost."}
  first_date:    {type: date, pii: personal, tests: [not_null], description: "UTC day of the first request."}
  last_date:     {type: date, pii: personal, tests: [not_null], description: "UTC day of the last request."}
*/
with requests as (
    select
        coalesce(c_ip, 'none') as c_ip,
        family,
        prefix,
        asn,
        vendor,
        region,
        bytes,
        cost_usd_low,
        cost_usd_high,
        usage_date
    from {{ref "usage_attributed"}}
),

final as (
    select
        c_ip,
        family,
        prefix,
        asn,
        vendor,
        region,
        count(*) as requests,
        sum(bytes) as bytes,
        sum(cost_usd_low) as cost_usd_low,
        sum(cost_usd_high) as cost_usd_high,
        min(usage_date) as first_date,
        max(usage_date) as last_date
    from requests
    group by c_ip, family, prefix, asn, vendor, region
)

select * from final
