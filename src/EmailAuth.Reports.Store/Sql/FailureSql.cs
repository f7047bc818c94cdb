namespace EmailAuth.Reports.Store.Sql;

/// <summary>The statements of failure reports, the same in all databases. Times are milliseconds since 1970.</summary>
internal static class FailureSql
{
    /// <summary>The tables, with the types of the database.</summary>
    /// <param name="key">The primary key that the database numbers.</param>
    /// <param name="number">A number of 64 bits.</param>
    public static string Tables(string key, string number) =>
        $"""
        create table emailauth_failures (
            failure_key {key},
            report_id text not null,
            kind text not null,
            domain text not null,
            report_uris text not null,
            first_at {number} not null,
            incidents {number} not null,
            fields text not null,
            header text not null,
            sealed_at {number});
        create unique index emailauth_failures_open on emailauth_failures (kind) where sealed_at is null;
        create index emailauth_failures_age on emailauth_failures (first_at);
        create table emailauth_failure_days (
            day {number} not null,
            domain text not null,
            reports {number} not null,
            left_out {number} not null,
            primary key (day, domain));
        """;

    // The row of all domains is locked first, so that collectors add failures one after the other, and no two wait for each other.
    public const string LockDay =
        """
        insert into emailauth_failure_days (day, domain, reports, left_out) values (@day, '', 0, 0)
        on conflict (day, domain) do update set reports = emailauth_failure_days.reports
        """;

    public const string Count = "update emailauth_failures set incidents = incidents + @incidents where kind = @kind and sealed_at is null";

    public const string FindDay = "select reports, left_out from emailauth_failure_days where day = @day and domain = @domain";

    public const string CountReport =
        """
        insert into emailauth_failure_days (day, domain, reports, left_out) values (@day, @domain, 1, 0)
        on conflict (day, domain) do update set reports = emailauth_failure_days.reports + 1
        """;

    public const string CountLeftOut = "update emailauth_failure_days set left_out = left_out + @incidents where day = @day and domain = ''";

    public const string Add =
        """
        insert into emailauth_failures (report_id, kind, domain, report_uris, first_at, incidents, fields, header, sealed_at)
        values (@report_id, @kind, @domain, @report_uris, @first_at, @incidents, @fields, @header, @sealed_at)
        returning failure_key
        """;

    public const string Seal = "update emailauth_failures set sealed_at = @now where failure_key = @failure_key and sealed_at is null";

    private const string Columns = "select failure_key, report_id, domain, report_uris, first_at, incidents, fields, header, sealed_at, kind from emailauth_failures";
    public const string Find = Columns + " where failure_key = @failure_key";
    public const string List = Columns + " where first_at >= @since order by failure_key";

    // Deliveries of failures have negative keys, which the index of the keys finds.
    public const string CountMails =
        """
        select case when kind = @complaint then 1 else 0 end, case when address = '' then 1 else 0 end, state, count(*)
        from emailauth_deliveries join emailauth_failures on failure_key = -report_key
        where report_key < 0
        group by 1, 2, 3
        """;

    public const string ListOld = "select failure_key from emailauth_failures where first_at <= @before order by failure_key limit 100";
    public const string Remove = "delete from emailauth_failures where failure_key = @failure_key";
    public const string RemoveDays = "delete from emailauth_failure_days where day < @day";
}
