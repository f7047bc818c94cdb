namespace EmailAuth.Reports.Store.Sql;

/// <summary>The statements that are the same in all databases. Times are seconds since 1970, those of events milliseconds.</summary>
internal static class StoreSql
{
    public const string ReadVersion = "select max(version) from emailauth_schema";
    public const string WriteVersion = "insert into emailauth_schema (version) values (@version)";

    private const string JournalColumns = "select node, segment, byte_offset, messages, imported_at, last_message_at, error, error_at, first_message_at from emailauth_journals";
    public const string ListJournals = JournalColumns + " order by node";
    public const string FindJournal = JournalColumns + " where node = @node";

    public const string BeginJournal =
        """
        insert into emailauth_journals (node, segment, byte_offset, messages, imported_at, first_message_at, last_message_at, error, error_at)
        values (@node, @segment, @byte_offset, @messages, @now, @first, @last, @error, @error_at)
        on conflict (node) do nothing
        """;

    // The last condition is what keeps a message from being counted twice: of two collectors, one finds the position moved.
    public const string MoveJournal =
        """
        update emailauth_journals
        set segment = @segment, byte_offset = @byte_offset, messages = messages + @messages, imported_at = @now,
            first_message_at = case when messages = 0 or first_message_at > @first then @first else first_message_at end,
            last_message_at = case when last_message_at is null or last_message_at < @last then @last else last_message_at end,
            error = coalesce(@error, error), error_at = coalesce(@error_at, error_at)
        where node = @node and segment = @from_segment and byte_offset = @from_offset
        """;

    public const string FixDay = "insert into emailauth_days (day, hours) values (@day, @hours) on conflict (day) do nothing";
    public const string ReadDay = "select hours from emailauth_days where day = @day";

    private const string ReportColumns =
        "select report_key, report_id, begin_at, end_at, policy, messages, about_reports, sealed_at from emailauth_reports";

    public const string ListReports = ReportColumns +
        """

        where end_at <= @ended_by and begin_at >= @day and begin_at < @next_day and (@any_domain = 1 or domain = @domain)
            and (@unmade = 1 or messages > about_reports)
        order by begin_at, domain, report_key
        """;

    public const string ByKey = " where report_key = @report_key";
    public const string FindReport = ReportColumns + ByKey;
    public const string SealReport = "update emailauth_reports set sealed_at = @now" + ByKey + " and sealed_at is null";
    public const string ReadRows = "select content, messages from emailauth_rows where report_key = @report_key order by row_hash";

    // The reports are removed first: a collector that adds to one of them at this moment is waited for, and its rows go too.
    public const string RemoveReport = "delete from emailauth_reports" + ByKey;
    public const string RemoveRows = "delete from emailauth_rows where report_key = @report_key";
    public const string RemoveJournals = "delete from emailauth_journals where imported_at < @before";
    public const string ListEnded = "select report_key from emailauth_reports where end_at <= @ended_by order by end_at limit 100";
}
