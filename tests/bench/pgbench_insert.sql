\set order random(1, 1000000000)
insert into bench_delivery (received_at, source, digest, signature, event, order_id, payload)
values (1768478400000, 'webhook', md5(random()::text || clock_timestamp()::text) || md5(random()::text),
        '4JnjtubtcYmsIYwJ5bTSzkmoxmidPG6RyZVUul95das=', 'order.paid', :order, repeat('p', 600));
