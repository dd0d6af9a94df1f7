/*
description: Each address of the log has exactly one row in match_ip_to_iprange, and no other address has.
*/
with addresses as (
    select c_ip
    from {{ref "ip_count"}}
),

answers as (
    select c_ip
    from {{ref "match_ip_to_iprange"}}
),

answered as (
    select c_ip from addresses
    union all
    select c_ip from answers
)

select
    c_ip,
    count(*) as found
from answered
group by c_ip
having count(*) != 2
