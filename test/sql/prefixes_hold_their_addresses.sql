/*
description: An answer's prefix and cloud range hold the address.
engine: postgres
*/
select
    match.c_ip,
    match.prefix,
    match.cloud_prefix
from {{ref "match_ip_to_iprange"}} as match
inner join {{ref "cust_ip"}} as cust_ip
    on match.c_ip = cust_ip.c_ip
where
    not (match.prefix >>= cust_ip.address)
    or not (match.cloud_prefix >>= cust_ip.address)
