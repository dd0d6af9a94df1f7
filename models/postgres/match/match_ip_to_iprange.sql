/*
description: Each address with the longest announced prefix and the longest cloud range that hold it; null where none does.
materialized: table
grain: c_ip
tags: [match]
columns:
  c_ip:         {type: text, pii: personal, tests: [{relationships: {to: cust_ip, column: c_ip}}], description: "Client address, the warehouse's text."}
  family:       {type: text, pii: none, tests: [{accepted_values: [ipv4, ipv6]}], description: "ipv4 or ipv6."}
  prefix:       {type: cidr, pii: none, description: "Longest announced prefix, never a cloud range."}
  asn:          {type: bigint, pii: none, description: "The AS that announces it."}
  vendor:       {type: text, pii: none, tests: [not_null], description: "Vendor of the AS by the seed, else unknown."}
  cloud:        {type: text, pii: none, description: "Provider of the longest cloud range."}
  cloud_prefix: {type: cidr, pii: none, description: "The longest cloud range that holds the address."}
  region:       {type: text, pii: none, description: "Region of that range."}
*/
with addresses as (
    select
        c_ip,
        address,
        family
    from {{ref "cust_ip"}}
),

longest_announced as (
    select
        address,
        prefix
    from {{ref "longest_announced"}}
),

longest_cloud as (
    select
        address,
        prefix
    from {{ref "longest_cloud"}}
),

announced as (
    select
        prefix,
        asn,
        vendor
    from {{ref "vendor_expanded_int"}}
),

clouds as (
    select
        prefix,
        cloud,
        region
    from {{ref "cloud_ip_ranges"}}
),

final as (
    select
        addresses.c_ip,
        addresses.family,
        announced.prefix,
        announced.asn,
        coalesce(announced.vendor, 'unknown') as vendor,
        clouds.cloud,
        clouds.prefix as cloud_prefix,
        clouds.region
    from addresses
    left join longest_announced
        on addresses.address = longest_announced.address
    left join announced
        on longest_announced.prefix = announced.prefix
    left join longest_cloud
        on addresses.address = longest_cloud.address
    left join clouds
        on longest_cloud.prefix = clouds.prefix
)

select * from final
