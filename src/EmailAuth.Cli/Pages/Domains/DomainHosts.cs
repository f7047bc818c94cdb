using EmailAuth.Inspection.Bimi;
using EmailAuth.Inspection.Domains;
using EmailAuth.Inspection.MailHosts;

namespace EmailAuth.Cli.Pages.Domains;

/// <summary>The hosts of a domain: where logos are shown, mail hosts, sending hosts, and TLS for incoming mail.</summary>
internal static class DomainHosts
{
    private const int MaxRows = 40;

    public static Html Logos(DomainInspection domain)
    {
        if (domain.Bimi.Published.Record is not { } record)
        {
            return Html.Empty;
        }

        var table = new HtmlTable($"Would this domain’s logo show? Provider rules as known on {PageTime.Day(LogoDisplays.Date)}", "Provider", "Today", "With an enforced policy", "Why");
        foreach (var logo in domain.Logos)
        {
            table.Row($"{logo.Provider}", $"{Logo(logo.State)}", $"{Logo(logo.OnceEnforced)}", $"{Shown.Whole(logo.Reason)}");
        }

        return $"<code class=\"record\">{Shown.Sentence(record.Text)}</code>{table.ToHtml()}";
    }

    public static Html Mail(MailHostsInspection hosts)
    {
        if (!hosts.IsKnown)
        {
            return $"<p>{Badge.Of(State.Risk, "not known")} The lookup failed.</p>";
        }

        if (hosts.IsNull)
        {
            return $"<p>{Badge.Of(State.Note, "null MX")} The domain takes no mail (RFC 7505).</p>";
        }

        if (hosts.Hosts.IsEmpty)
        {
            return $"<p>{Badge.Of(State.None, "none")} The domain has no mail host.</p>";
        }

        var table = new HtmlTable(hosts.IsImplicit ? $"No MX record: the domain itself is its mail host" : (Html)$"The hosts that take its mail, by preference", "Host", "Preference", "Addresses").Numbers(1);
        foreach (var host in hosts.Hosts.Take(MaxRows))
        {
            Html addresses = host.Addresses.IsEmpty ? $"{Badge.Of(State.Fail, "no address")}" : (Html)$"{host.Addresses.Take(8).Select(static address => (Html)$"{Shown.Code(address.ToString())} ")}";
            table.Row($"{Shown.Code(host.Name.ToString())}", $"{host.Preference}", addresses);
        }

        return table.ToHtml();
    }

    public static Html Sending(DomainInspection domain)
    {
        if (domain.Addresses.IsEmpty)
        {
            return Html.Empty;
        }

        var table = new HtmlTable($"Hosts that send for the domain: the names of their addresses", "Address", "From", "Name (PTR)", "Name leads back");
        foreach (var address in domain.Addresses.Take(MaxRows))
        {
            Html names = address.Names.IsEmpty ? $"<span class=\"muted\">none</span>" : (Html)$"{address.Names.Take(4).Select(static name => (Html)$"{Shown.Code(name.ToString())} ")}";
            Html back = address.IsConfirmed switch
            {
                true => $"{Badge.Of(State.Pass, "yes")}",
                false => $"{Badge.Of(State.Risk, "no")}",
                null => (Html)$"{Badge.Of(State.None, "not known")}",
            };
            table.Row($"{Shown.Code(address.Address.ToString())}", $"{(address.IsGiven ? "--ip" : "the SPF record")}", names, back);
        }

        return table.ToHtml();
    }

    public static Html Transport(DomainInspection domain)
    {
        var (sts, reports) = (domain.MtaSts, domain.TlsReporting);
        Html policy = sts.Policy is { } found
            ? $"<p>Mode {Shown.Code(found.Mode.Keyword())}, for {found.Patterns.Take(MaxRows).Select(static pattern => (Html)$"{Shown.Code(pattern)} ")}, kept {found.MaxAgeSeconds} seconds.</p>"
            : sts.Id is null ? (Html)$"<p>There is no valid record.</p>"
            : sts.IsPolicyFetched ? (Html)$"<p>There is a record, and no valid policy.</p>" : (Html)$"<p>There is a record; the policy was not fetched.</p>";
        Html records = $"{sts.Texts.Take(5).Select(static text => (Html)$"<code class=\"record\">{Shown.Sentence(text)}</code>")}";
        Html addresses = reports.Uris.IsEmpty
            ? $"<p>There is no valid record.</p>"
            : (Html)$"{reports.Texts.Take(5).Select(static text => (Html)$"<code class=\"record\">{Shown.Sentence(text)}</code>")}";
        return $"<div class=\"pair\"><div><h3>MTA-STS</h3>{records}{policy}</div><div><h3>TLS reports</h3>{addresses}</div></div>";
    }

    private static Badge Logo(LogoState state) => state switch
    {
        LogoState.NotShown => Badge.Of(State.None, "no"),
        LogoState.Unknown => Badge.Of(State.Note, "not known"),
        LogoState.Shown => Badge.Of(State.Pass, "yes"),
        LogoState.ShownAsVerified => Badge.Of(State.Pass, "yes, as verified"),
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
