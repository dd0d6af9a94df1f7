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

address_blocks as not materialized (
    select
        block,
        address
    from {{ref "address_blocks"}}
),

announced_blocks as (
    select
        block,
        prefix,
        last,
        asn,
        vendor
    from {{ref "announced_blocks"}}
),

cloud_blocks as (
    select
        block,
        prefix,
        last,
        cloud,
        region
    from {{ref "cloud_blocks"}}
),

longest_announced as (
    {{> longest_prefix blocks="announced_blocks" columns="asn, vendor"}}
),

longest_cloud as (
    {{> longest_prefix blocks="cloud_blocks" columns="cloud, region"}}
),

final as (
    select
        addresses.c_ip,
        addresses.family,
        longest_announced.prefix,
        longest_announced.asn,
        coalesce(longest_announced.vendor, 'unknown') as vendor,
        longest_cloud.cloud,
        longest_cloud.prefix as cloud_prefix,
        longest_cloud.region
    from addresses
    left join longest_announced
        on addresses.address = longest_announced.address
    left join longest_cloud
        on addresses.address = longest_cloud.address
)

select * from final
