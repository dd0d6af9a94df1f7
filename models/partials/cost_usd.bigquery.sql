{{! Whole GiB and the rest apart, so that no product leaves 64 bits; half a nano-dollar is rounded up. }}
(
            div({{bytes}}, 1073741824) * {{nanos_per_gib}}
            + div(mod({{bytes}}, 1073741824) * {{nanos_per_gib}} + 536870912, 1073741824)
        ) * numeric '0.000000001'
