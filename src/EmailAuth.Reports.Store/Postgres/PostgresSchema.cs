using EmailAuth.Reports.Store.Sql;

namespace EmailAuth.Reports.Store.Postgres;

/// <summary>The tables in PostgreSQL. A published step never changes: what is new is a step of its own.</summary>
internal static class PostgresSchema
{
    // Not to_regclass: it may answer from what the session remembers of before it waited for the lock.
    public const string FindVersionTable = "select relname::text from pg_class where relname = 'emailauth_schema' and pg_table_is_visible(oid)";

    // A lock of the transaction, not of the session, which a pooler may share out. The number is any that others hardly use.
    public const string MigrationLock = "select pg_advisory_xact_lock(7489909990)";

    public static readonly string[] Migrations =
    [
        """
        create table emailauth_schema (version bigint not null);
        create table emailauth_journals (
            node text not null primary key,
            segment bigint not null,
            byte_offset bigint not null,
            messages bigint not null,
            imported_at bigint not null,
            last_message_at bigint,
            error text,
            error_at bigint);
        create table emailauth_days (day bigint not null primary key, hours bigint not null);
        create table emailauth_reports (
            report_key bigint generated always as identity primary key,
            report_id text not null unique,
            begin_at bigint not null,
            end_at bigint not null,
            domain text not null,
            policy_hash bytea not null,
            policy bytea not null,
            messages bigint not null,
            about_reports bigint not null,
            sealed_at bigint);
        create unique index emailauth_reports_open on emailauth_reports (begin_at, policy_hash) where sealed_at is null;
        create index emailauth_reports_order on emailauth_reports (begin_at, domain, report_key);
        create index emailauth_reports_end on emailauth_reports (end_at);
        create table emailauth_rows (
            report_key bigint not null,
            row_hash bytea not null,
            content bytea not null,
            messages bigint not null,
            primary key (report_key, row_hash));
        """,
        DeliverySql.Tables("bigint"),
        IncomingSql.Tables("bigint generated always as identity primary key", "bigint", ""),
        FailureSql.Tables("bigint generated always as identity primary key", "bigint"),
        "alter table emailauth_journals add column first_message_at bigint;",
        PostgresPartitions.Tables,
    ];

    // One open report for a period and policy configuration: the index decides, also between collectors. All take the reports in the same order,
    // and the rows of a report belong to the one that has its lock, so that no two wait for each other.
    public const string AddReports =
        """
        insert into emailauth_reports (report_key, report_id, begin_at, end_at, domain, policy_hash, policy, messages, about_reports)
        select emailauth_next_key(begin_at), report_id, begin_at, end_at, domain, policy_hash, policy, messages, about_reports
        from unnest(@report_id, @begin_at, @end_at, @domain, @policy_hash, @policy, @messages, @about_reports)
            as sums (report_id, begin_at, end_at, domain, policy_hash, policy, messages, about_reports)
        order by begin_at, policy_hash
        on conflict (begin_at, policy_hash) where sealed_at is null do update
        set messages = emailauth_reports.messages + excluded.messages, about_reports = emailauth_reports.about_reports + excluded.about_reports
        returning begin_at, policy_hash, report_key
        """;

    public const string AddRows =
        """
        insert into emailauth_rows (report_key, row_hash, content, messages)
        select report_key, row_hash, content, messages
        from unnest(@report_key, @row_hash, @content, @messages) as sums (report_key, row_hash, content, messages)
        on conflict (report_key, row_hash) do update set messages = emailauth_rows.messages + excluded.messages
        """;
}
