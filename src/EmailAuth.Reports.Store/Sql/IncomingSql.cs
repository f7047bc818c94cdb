using System.Globalization;
using System.Text;
using EmailAuth.Reports.Store.Incoming;

namespace EmailAuth.Reports.Store.Sql;

/// <summary>The statements for reports that came in, the same in all databases. Days are numbers since 0001-01-01.</summary>
internal static class IncomingSql
{
    /// <summary>Rows of facts in one statement: some hundred parameters, which all databases take.</summary>
    public const int FactsAtATime = 100;

    // A copy changes nothing but its number, and that its submitter signed it when an earlier copy was not signed.
    public const string AddDocument =
        """
        insert into emailauth_incoming (identity, content_hash, kind, verdict, submitter, domain, report_id, first_day, last_day, signers, is_signed,
            is_counted, messages, failed, duplicates, imported_at)
        values (@identity, @content_hash, @kind, @verdict, @submitter, @domain, @report_id, @first_day, @last_day, @signers, @is_signed, 0, @messages,
            @failed, 0, @now)
        on conflict (identity, content_hash) do update
        set duplicates = emailauth_incoming.duplicates + 1,
            signers = case when excluded.is_signed > emailauth_incoming.is_signed then excluded.signers else emailauth_incoming.signers end,
            is_signed = case when excluded.is_signed > emailauth_incoming.is_signed then excluded.is_signed else emailauth_incoming.is_signed end
        returning document_key, duplicates
        """;

    public const string FindCounted = "select document_key, is_signed from emailauth_incoming where identity = @identity and is_counted = 1";

    // The index on the versions that count decides: of two programs that store versions at the same time, one fails and tries again.
    public const string SetCounted = "update emailauth_incoming set is_counted = @is_counted where document_key = @document_key";

    private const string OfDomain = "(d.domain = @domain or substr(d.domain, length(d.domain) - length(@below) + 1) = @below)";

    public const string Conditions =
        """
        from emailauth_incoming_facts f join emailauth_incoming d on d.document_key = f.document_key
        where f.kind = @kind and f.day >= @before and f.day <= @until and (d.is_counted = 1 or f.kind = 7) and 
        """ + OfDomain;

    private static readonly string AddFactsStart =
        "insert into emailauth_incoming_facts (document_key, kind, day, name, detail, is_pass, is_spf_pass, word, messages) values ";

    /// <summary>The step that makes the tables.</summary>
    /// <param name="key">The type of a key that the database gives.</param>
    /// <param name="number">The type of numbers.</param>
    /// <param name="ends">What ends a table that is only read by its key.</param>
    public static string Tables(string key, string number, string ends) =>
        $"""
        create table emailauth_incoming (
            document_key {key},
            identity text not null,
            content_hash text not null,
            kind {number} not null,
            verdict {number} not null,
            submitter text not null,
            domain text not null,
            report_id text not null,
            first_day {number} not null,
            last_day {number} not null,
            signers text not null,
            is_signed {number} not null,
            is_counted {number} not null,
            messages {number} not null,
            failed {number} not null,
            duplicates {number} not null,
            imported_at {number} not null,
            unique (identity, content_hash));
        create unique index emailauth_incoming_counted on emailauth_incoming (identity) where is_counted = 1;
        create index emailauth_incoming_domain on emailauth_incoming (domain, first_day);
        create table emailauth_incoming_facts (
            document_key {number} not null,
            kind {number} not null,
            day {number} not null,
            name text not null,
            detail text not null,
            is_pass {number} not null,
            is_spf_pass {number} not null,
            word text not null,
            messages {number} not null,
            primary key (document_key, kind, day, name, detail, is_pass, is_spf_pass, word)){ends};
        create index emailauth_incoming_facts_day on emailauth_incoming_facts (kind, day);
        """;

    public static string AddFacts(int count)
    {
        var text = new StringBuilder(AddFactsStart);
        for (var index = 0; index < count; index++)
        {
            text.Append(index == 0 ? "(" : ", (");
            text.Append(CultureInfo.InvariantCulture, $"@document_key, @k{index}, @d{index}, @n{index}, @e{index}, @p{index}, @s{index}, @w{index}, @m{index})");
        }

        const string Sum = "emailauth_incoming_facts.messages + excluded.messages";
        text.Append(" on conflict (document_key, kind, day, name, detail, is_pass, is_spf_pass, word) do update set messages = ");
        text.Append(CultureInfo.InvariantCulture, $"case when {Sum} < {IncomingText.MaxTotal} then {Sum} else {IncomingText.MaxTotal} end");
        return text.ToString();
    }

    public static string Sum(IncomingQuery query)
    {
        var (key, detail) = Columns(query.Group);
        const string Now = "f.day >= @since";
        const string Passes = "(f.is_pass = 1 or f.is_spf_pass = 1)";
        var changed = query.Change switch
        {
            IncomingChange.Any => string.Empty,
            IncomingChange.New => " and count_before = 0",
            IncomingChange.StoppedPassing => " and passing_before > 0 and passing_before * 2 >= count_before and passing * 2 < messages",
            IncomingChange.Passing => " and passing > 0",
            _ => throw new ArgumentOutOfRangeException(nameof(query), query.Change, "It is not a change."),
        };
        return $"""
            select * from (
                select {key} as group_key, {detail} as group_detail, {Total(Now)} as messages, {Total(Now + " and f.is_pass = 1")} as dkim,
                    {Total(Now + " and f.is_spf_pass = 1")} as spf, {Total(Now + " and " + Passes)} as passing,
                    {Total("f.day < @since")} as count_before, {Total("f.day < @since and " + Passes)} as passing_before,
                    count(distinct f.document_key) as documents, count(distinct case when {Now} then f.name end) as names
                {Conditions}
                group by {key}, {detail}) sums
            where messages > 0{changed}
            order by {(query.Group == IncomingGroup.Day ? string.Empty : "messages desc, ")}group_key, group_detail
            limit @top
            """;
    }

    public static string Count(IncomingGroup group)
    {
        var key = group == IncomingGroup.Submitter ? "d.submitter" : "''";
        const string Counted = "d.is_counted = 1";
        return $"""
            select * from (
                select {key} as submitter, {Number(Counted)} as counted, {Number(Counted + " and d.kind = 1")} as aggregates, {Number(Counted + " and d.kind = 4")} as tls,
                    {Number("d.verdict = 0")} as conforming, {Number("d.verdict = 1")} as salvaged, {Number("d.verdict = 2")} as unusable,
                    {Number("d.verdict < 2 and d.is_counted = 0")} as versions, cast(coalesce(sum(d.duplicates), 0) as bigint) as duplicates,
                    {Number(Counted + " and d.is_signed = 1")} as signed, {Number(Counted + " and d.last_day > d.first_day")} as split,
                    {Bounded($"case when {Counted} and d.kind = 1 then d.messages else 0 end")} as messages,
                    {Bounded($"case when {Counted} and d.kind = 1 then d.failed else 0 end")} as failed
                from emailauth_incoming d
                where d.first_day <= @until and d.last_day >= @since and ({OfDomain} or (d.domain = '' and d.verdict = 2))
                {(group == IncomingGroup.Submitter ? "group by d.submitter" : string.Empty)}) sums
            order by messages desc, submitter
            limit @top
            """;
    }

    private static string Number(string condition) => $"cast(coalesce(sum(case when {condition} then 1 else 0 end), 0) as bigint)";

    private static string Total(string condition) => Bounded($"case when {condition} then f.messages else 0 end");

    // In a type that does not overflow: what strangers count may add up to more than 64 bits have. Whole numbers stay exact up to the bound.
    private static string Bounded(string number) =>
        string.Create(CultureInfo.InvariantCulture, $"cast(coalesce(case when sum(({number}) * 1.0) > {IncomingText.MaxTotal} then {IncomingText.MaxTotal} else sum(({number}) * 1.0) end, 0) as bigint)");

    private static (string Key, string Detail) Columns(IncomingGroup group) => group switch
    {
        IncomingGroup.All => ("d.is_counted * 0", "d.is_counted * 0"),
        IncomingGroup.Name => ("f.name", "d.is_counted * 0"),
        IncomingGroup.NameAndDetail => ("f.name", "f.detail"),
        IncomingGroup.Word => ("f.word", "d.is_counted * 0"),
        IncomingGroup.NameAndWord => ("f.name", "f.word"),
        IncomingGroup.Day => ("f.day", "d.is_counted * 0"),
        IncomingGroup.Submitter => ("d.submitter", "d.is_counted * 0"),
        IncomingGroup.NameAndSubmitter => ("f.name", "d.submitter"),
        _ => throw new ArgumentOutOfRangeException(nameof(group), group, "It is not a group."),
    };
}
