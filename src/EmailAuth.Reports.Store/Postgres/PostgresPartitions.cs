namespace EmailAuth.Reports.Store.Postgres;

/// <summary>The tables of reports and rows in PostgreSQL, divided by the UTC day of the period.</summary>
/// <remarks>
/// <para>A report's key begins with the number of its day since 1970, followed by 40 bits of a sequence. So a key says where the report and its rows are,
/// and a row needs no column for its day.</para>
/// <para>A day has its partitions exactly when it has its row in emailauth_days: both are made, and removed, in one transaction. The tables of a new
/// day are attached, because that waits for no reader and keeps none waiting. Dropping takes the whole table for a moment, so it waits for
/// readers for two seconds only.</para>
/// <para>Every transaction takes the locks of the tables before those of rows, so that no two wait for each other: who adds messages says so first
/// (<see cref="LockToAdd"/>), who begins days waits for others that do (<see cref="LockToBegin"/>), and the removal has the tables for itself.</para>
/// <para>The functions run with the rights of the owner of the tables, so that a program that may change rows only can begin and remove days. They
/// first check that it may do the same with rows. Their search path has no schema that others can write, and temporary tables come last.</para>
/// </remarks>
internal static class PostgresPartitions
{
    public const string Condition = " and begin_at >= (@report_key >> 40) * 86400 and begin_at < ((@report_key >> 40) + 1) * 86400";
    public const string LockToAdd = "lock table only emailauth_reports, only emailauth_rows in row exclusive mode";
    public const string LockToBegin = "lock table only emailauth_reports in share update exclusive mode";
    public const string AddDay = "select emailauth_add_day(@day)";
    public const string ListDays = "select day from emailauth_days where day <= @ended_by - 86400 order by day";
    public const string LimitWait = "set local lock_timeout = 2000";
    public const string RemoveDay = "select emailauth_remove_day(@day)";

    public const string Tables =
        """
        alter table emailauth_reports rename to emailauth_reports_all;
        alter table emailauth_rows rename to emailauth_rows_all;
        alter index emailauth_reports_open rename to emailauth_reports_all_open;
        alter index emailauth_reports_order rename to emailauth_reports_all_order;
        alter index emailauth_reports_end rename to emailauth_reports_all_end;
        alter index emailauth_reports_pkey rename to emailauth_reports_all_pkey;
        alter index emailauth_rows_pkey rename to emailauth_rows_all_pkey;

        create sequence emailauth_report_keys as bigint minvalue 0 maxvalue 1099511627775 start 1 cycle;
        create table emailauth_reports (
            report_key bigint not null,
            report_id text not null,
            begin_at bigint not null,
            end_at bigint not null,
            domain text not null,
            policy_hash bytea not null,
            policy bytea not null,
            messages bigint not null,
            about_reports bigint not null,
            sealed_at bigint,
            primary key (report_key, begin_at)) partition by range (begin_at);
        create unique index emailauth_reports_open on emailauth_reports (begin_at, policy_hash) where sealed_at is null;
        create index emailauth_reports_order on emailauth_reports (begin_at, domain, report_key);
        create index emailauth_reports_end on emailauth_reports (end_at);
        create table emailauth_rows (
            report_key bigint not null,
            row_hash bytea not null,
            content bytea not null,
            messages bigint not null,
            primary key (report_key, row_hash)) partition by range (report_key);

        create function emailauth_next_key(begin_at bigint) returns bigint language sql security definer
        as $$ select (floor(begin_at / 86400.0)::bigint << 40) | nextval('emailauth_report_keys') $$;

        create function emailauth_add_day(begins bigint) returns void language plpgsql security definer
        as $$
        declare
            number bigint := begins / 86400;
            name text := to_char(to_timestamp(begins) at time zone 'UTC', 'YYYYMMDD');
        begin
            if not has_table_privilege(session_user, 'emailauth_days', 'insert') then
                raise insufficient_privilege using message = format('%s may not add rows to emailauth_days', session_user);
            end if;
            execute format('create table emailauth_reports_%s (like emailauth_reports including all)', name);
            execute format('create table emailauth_rows_%s (like emailauth_rows including all)', name);
            execute format('alter table emailauth_reports attach partition emailauth_reports_%s for values from (%s) to (%s)', name, begins, begins + 86400);
            execute format('alter table emailauth_rows attach partition emailauth_rows_%s for values from (%s) to (%s)', name, number << 40, (number + 1) << 40);
        end $$;

        create function emailauth_remove_day(begins bigint) returns bigint language plpgsql security definer
        as $$
        declare
            number bigint := begins / 86400;
            name text := to_char(to_timestamp(begins) at time zone 'UTC', 'YYYYMMDD');
            removed bigint;
        begin
            if not has_table_privilege(session_user, 'emailauth_days', 'delete') then
                raise insufficient_privilege using message = format('%s may not remove rows of emailauth_days', session_user);
            end if;
            lock table only emailauth_reports, only emailauth_rows in access exclusive mode;
            delete from emailauth_days where day = begins;
            if not found then
                return 0;
            end if;
            if to_regclass('emailauth_reports_' || name) is not null then
                execute format('select count(*) from emailauth_reports_%s', name) into removed;
            end if;
            delete from emailauth_deliveries where report_key >= number << 40 and report_key < (number + 1) << 40;
            execute format('drop table if exists emailauth_reports_%s', name);
            execute format('drop table if exists emailauth_rows_%s', name);
            return coalesce(removed, 0);
        end $$;

        do $$
        declare
            signature text;
        begin
            foreach signature in array array['emailauth_next_key', 'emailauth_add_day', 'emailauth_remove_day'] loop
                execute format('alter function %s(bigint) set search_path = %I, pg_temp', signature, current_schema());
            end loop;
        end $$;

        delete from emailauth_days where not exists (select 1 from emailauth_reports_all where begin_at >= day and begin_at < day + 86400);
        insert into emailauth_days (day, hours)
        select begin_at - mod(begin_at, 86400), min(end_at - begin_at) / 3600 from emailauth_reports_all group by 1
        on conflict (day) do nothing;
        select emailauth_add_day(day) from emailauth_days order by day;
        insert into emailauth_reports (report_key, report_id, begin_at, end_at, domain, policy_hash, policy, messages, about_reports, sealed_at)
        select (floor(begin_at / 86400.0)::bigint << 40) | report_key, report_id, begin_at, end_at, domain, policy_hash, policy, messages, about_reports, sealed_at
        from emailauth_reports_all;
        insert into emailauth_rows (report_key, row_hash, content, messages)
        select (floor(begin_at / 86400.0)::bigint << 40) | report_key, row_hash, content, emailauth_rows_all.messages
        from emailauth_rows_all join emailauth_reports_all using (report_key);
        update emailauth_deliveries set report_key = (floor(begin_at / 86400.0)::bigint << 40) | emailauth_deliveries.report_key
        from emailauth_reports_all where emailauth_reports_all.report_key = emailauth_deliveries.report_key;
        select setval('emailauth_report_keys', coalesce(max(report_key), 0) + 1) from emailauth_reports_all;
        drop table emailauth_rows_all;
        drop table emailauth_reports_all;
        """;
}
