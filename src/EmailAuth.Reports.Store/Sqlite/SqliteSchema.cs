using EmailAuth.Reports.Store.Sql;

namespace EmailAuth.Reports.Store.Sqlite;

/// <summary>The tables in SQLite. A published step never changes: what is new is a step of its own.</summary>
internal static class SqliteSchema
{
    public const string FindVersionTable = "select name from sqlite_master where type = 'table' and name = 'emailauth_schema'";

    public static readonly string[] Migrations =
    [
        """
        create table emailauth_schema (version integer not null);
        create table emailauth_journals (
            node text not null primary key,
            segment integer not null,
            byte_offset integer not null,
            messages integer not null,
            imported_at integer not null,
            last_message_at integer,
            error text,
            error_at integer) without rowid;
        create table emailauth_days (day integer not null primary key, hours integer not null);
        create table emailauth_reports (
            report_key integer primary key autoincrement,
            report_id text not null unique,
            begin_at integer not null,
            end_at integer not null,
            domain text not null,
            policy_hash blob not null,
            policy blob not null,
            messages integer not null,
            about_reports integer not null,
            sealed_at integer);
        create unique index emailauth_reports_open on emailauth_reports (begin_at, policy_hash) where sealed_at is null;
        create index emailauth_reports_order on emailauth_reports (begin_at, domain, report_key);
        create index emailauth_reports_end on emailauth_reports (end_at);
        create table emailauth_rows (
            report_key integer not null,
            row_hash blob not null,
            content blob not null,
            messages integer not null,
            primary key (report_key, row_hash)) without rowid;
        """,
        DeliverySql.Tables("integer"),
        IncomingSql.Tables("integer primary key autoincrement", "integer", " without rowid"),
        FailureSql.Tables("integer primary key autoincrement", "integer"),
        "alter table emailauth_journals add column first_message_at integer;",
    ];

    // One open report for a period and policy configuration: the index decides, also between two collectors.
    public const string AddReport =
        """
        insert into emailauth_reports (report_id, begin_at, end_at, domain, policy_hash, policy, messages, about_reports)
        values (@report_id, @begin_at, @end_at, @domain, @policy_hash, @policy, @messages, @about_reports)
        on conflict (begin_at, policy_hash) where sealed_at is null do update
        set messages = messages + excluded.messages, about_reports = about_reports + excluded.about_reports
        returning report_key
        """;

    public const string AddRow =
        """
        insert into emailauth_rows (report_key, row_hash, content, messages) values (@report_key, @row_hash, @content, @messages)
        on conflict (report_key, row_hash) do update set messages = messages + excluded.messages
        """;

    // The journal's segments are deleted after the import, so a commit is on the disk before it is acknowledged.
    public const string Connection = "pragma busy_timeout = 5000; pragma synchronous = full;";
    public const string WriteAhead = "pragma journal_mode = wal;";
}
