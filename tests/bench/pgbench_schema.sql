-- What a webhook leaves behind, as one row: its key, its digest and its scrubbed body.
create table bench_delivery (
  id bigint generated always as identity primary key,
  received_at bigint not null,
  source text not null,
  digest text not null unique,
  signature text not null,
  event text not null,
  order_id bigint not null,
  payload text not null
);
