namespace EmailAuth.Reports.Store.Sql;

/// <summary>The statements of the queue, the same in all databases. Times are milliseconds since 1970.</summary>
internal static class DeliverySql
{
    /// <summary>The tables, with the types of the database.</summary>
    /// <param name="number">A number of 64 bits.</param>
    public static string Tables(string number) =>
        $"""
        create table emailauth_deliveries (
            token text not null primary key,
            report_key {number} not null,
            address text not null,
            part {number} not null,
            parts {number} not null,
            host text not null,
            state {number} not null,
            due_at {number} not null,
            first_due_at {number} not null,
            attempts {number} not null,
            lease text not null,
            reply text not null,
            changed_at {number} not null);
        create unique index emailauth_deliveries_once on emailauth_deliveries (report_key, address, part);
        create index emailauth_deliveries_due on emailauth_deliveries (host, due_at) where state = 0;
        create index emailauth_deliveries_changed on emailauth_deliveries (state, changed_at);
        create table emailauth_delivery_hosts (host text not null primary key, next_at {number} not null);
        create table emailauth_suppressions (
            address text not null primary key,
            since {number} not null,
            until {number} not null,
            refusals {number} not null,
            reason text not null);
        """;

    public const string ListUnplanned =
        """
        select report_key, report_id, begin_at, end_at, policy, messages, about_reports, sealed_at from emailauth_reports
        where end_at <= @ended_by and begin_at >= @begun_since and messages > about_reports
            and not exists (select 1 from emailauth_deliveries where emailauth_deliveries.report_key = emailauth_reports.report_key)
        order by begin_at, domain, report_key
        """;

    public const string FindNewestReport =
        """
        select report_key, report_id, begin_at, end_at, policy, messages, about_reports, sealed_at from emailauth_reports
        where begin_at = @begin_at and end_at = @end_at and domain = @domain
        order by report_key desc limit 1
        """;

    // Both the token and the report with its address and part are unique: what is planned twice is there once.
    public const string AddDelivery =
        """
        insert into emailauth_deliveries (token, report_key, address, part, parts, host, state, due_at, first_due_at, attempts, lease, reply, changed_at)
        values (@token, @report_key, @address, @part, @parts, @host, @state, @due_at, @first_due_at, 0, '', '', @changed_at)
        on conflict do nothing
        """;

    public const string AddHost = "insert into emailauth_delivery_hosts (host, next_at) values (@host, 0) on conflict do nothing";

    public const string FindHost =
        """
        select host from emailauth_delivery_hosts
        where next_at <= @now
            and exists (select 1 from emailauth_deliveries
                where emailauth_deliveries.host = emailauth_delivery_hosts.host and state = 0 and due_at <= @now)
        order by next_at limit 1
        """;

    // The condition is what keeps two senders from the same host within its pause.
    public const string TakeHost = "update emailauth_delivery_hosts set next_at = @next where host = @host and next_at <= @now";

    private const string Columns =
        "select token, report_key, address, host, part, parts, state, due_at, first_due_at, attempts, lease, reply, changed_at from emailauth_deliveries";

    public const string FindDue = Columns + " where host = @host and state = 0 and due_at <= @now order by due_at, token limit 1";

    public const string TakeDelivery =
        """
        update emailauth_deliveries set due_at = @until, lease = @lease, attempts = attempts + 1, changed_at = @now
        where token = @token and state = 0 and due_at <= @now
        """;

    public const string Next =
        """
        select min(case when next_at > due then next_at else due end)
        from (select host as due_host, min(due_at) as due from emailauth_deliveries where state = 0 and due_at <= @due_by group by host) as open_hosts
            join emailauth_delivery_hosts on host = due_host
        """;

    public const string Finish =
        """
        update emailauth_deliveries
        set state = @state, due_at = @due_at, parts = @parts, lease = '', reply = @reply, changed_at = @now
        where token = @token and state = 0 and (lease = @lease or @state = 1)
        """;

    public const string Bounce = "update emailauth_deliveries set state = 5, lease = '', reply = @reply, changed_at = @now where token = @token and address <> ''";
    public const string Find = Columns + " where token = @token";
    public const string List = Columns + " where state = @state and changed_at >= @since and address <> '' order by changed_at desc, token";
    public const string Count = "select state, count(*) from emailauth_deliveries where address <> '' group by state";
    public const string RemoveOfReport = "delete from emailauth_deliveries where report_key = @report_key";

    public const string RemoveHosts =
        """
        delete from emailauth_delivery_hosts
        where next_at < @before
            and not exists (select 1 from emailauth_deliveries where emailauth_deliveries.host = emailauth_delivery_hosts.host)
        """;

    private const string SuppressionColumns = "select address, since, until, refusals, reason from emailauth_suppressions";
    public const string FindSuppression = SuppressionColumns + " where address = @address";
    public const string ListSuppressions = SuppressionColumns + " order by address";
    public const string RemoveSuppression = "delete from emailauth_suppressions where address = @address";

    public const string Suppress =
        """
        insert into emailauth_suppressions (address, since, until, refusals, reason) values (@address, @since, @until, @refusals, @reason)
        on conflict (address) do update
        set since = excluded.since, until = excluded.until, refusals = excluded.refusals, reason = excluded.reason
        """;
}
