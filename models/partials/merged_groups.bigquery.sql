{{!--
  Which groups are too small to be shown, in expressions that begin with `name`. `addresses` is an expression with one row a group and
  client address: part, the columns `keys` that name the group, and c_ip (null where a request has no readable address). Within each
  part the groups below min_group are merged, and the next smallest with them until all that is merged has min_group distinct
  addresses, or is the whole part. The answer is `name`_merged: part, keys, is_merged.
--}}
{{name}}_sizes as (
    select
        part,
        {{keys}},
        count(distinct c_ip) as distinct_addresses
    from {{addresses}}
    group by part, {{keys}}
),

{{name}}_ordered as (
    select
        part,
        {{keys}},
        distinct_addresses,
        row_number() over (partition by part order by distinct_addresses, {{keys}}) as place
    from {{name}}_sizes
),

{{name}}_first_seen as (                                             -- each address counts at the smallest group that has it
    select
        part,
        c_ip,
        min(place) as place
    from {{addresses}}
    inner join {{name}}_ordered
        using (part, {{keys}})
    where c_ip is not null
    group by part, c_ip
),

{{name}}_new_addresses as (
    select
        part,
        place,
        count(*) as addresses
    from {{name}}_first_seen
    group by part, place
),

{{name}}_running as (
    select
        part,
        {{keys}},
        place,
        distinct_addresses < {{var "min_group" "int64"}} as is_small,
        sum(coalesce(addresses, 0)) over (partition by part order by place) as addresses_so_far
    from {{name}}_ordered
    left join {{name}}_new_addresses
        using (part, place)
),

{{name}}_small as (
    select
        part,
        countif(is_small) as small_groups,
        max(place) as last_place
    from {{name}}_running
    group by part
),

{{name}}_enough as (                                                 -- the smallest merged set that is large enough
    select
        part,
        min(place) as place
    from {{name}}_running
    inner join {{name}}_small
        using (part)
    where
        place >= small_groups
        and addresses_so_far >= {{var "min_group" "int64"}}
    group by part
),

{{name}}_merged as (
    select
        part,
        {{keys}},
        {{name}}_small.small_groups > 0
            and {{name}}_running.place <= coalesce({{name}}_enough.place, {{name}}_small.last_place) as is_merged
    from {{name}}_running
    inner join {{name}}_small
        using (part)
    left join {{name}}_enough
        using (part)
)
