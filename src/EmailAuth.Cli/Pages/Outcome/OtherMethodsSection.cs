using EmailAuth.Bimi;
using EmailAuth.Iprev;
using EmailAuth.Results;

namespace EmailAuth.Cli.Pages.Outcome;

/// <summary>BIMI and iprev: the logo, and the name of the sending host.</summary>
internal static class OtherMethodsSection
{
    public static Html Of(AuthenticationOutcome outcome)
    {
        var (bimi, iprev) = (outcome.Bimi, outcome.Iprev);
        return bimi is null && iprev is null ? Html.Empty : $"<div class=\"pair\">{Logo(bimi)}{Host(iprev)}</div>";
    }

    private static Html Logo(BimiResult? bimi)
    {
        if (bimi is null)
        {
            return $"<div><h3>Logo (BIMI) {Badge.Of(State.None, "not checked")}</h3></div>";
        }

        Html record = bimi.Record?.Location is { } location ? $"<p>Its record names the logo {Shown.Code(location.ToString())}.</p>" : Html.Empty;
        Html why = bimi.Reason is { } reason ? $"<p>{Shown.Whole(reason)}</p>" : Html.Empty;
        return $"<div><h3>Logo (BIMI) {Badge.OfResult(bimi.Code.Keyword())}</h3>{why}{record}</div>";
    }

    private static Html Host(IprevResult? iprev)
    {
        if (iprev is null)
        {
            return $"<div><h3>Sending host (iprev) {Badge.Of(State.None, "not checked")}</h3></div>";
        }

        Html text = iprev.HostName is { } name
            ? (Html)$"<p>{Shown.Code(iprev.Address.ToString())} has the name {Shown.Code(name.ToString())}, and that name has this address.</p>"
            : $"<p>{Shown.Whole(iprev.Reason)}</p>";
        return $"<div><h3>Sending host (iprev) {Badge.OfResult(((IMethodOutcome)iprev).Result)}</h3>{text}</div>";
    }
}
