using System.Collections.Immutable;
using System.Runtime.InteropServices;
using EmailAuth.Dns;
using EmailAuth.Iprev;
using EmailAuth.Results;

namespace EmailAuth.Composition;

/// <summary>The methods, a row each: the only list of them. Every output loops over it or over the methods of an outcome.</summary>
public static class MethodTable
{
    /// <summary>
    /// The rows in the order of the header field: the checks of the envelope, of the message, of the author, of the client. SPF of MAIL FROM
    /// goes before that of HELO, because a reader that looks at one result uses the first.
    /// </summary>
    internal static readonly ImmutableArray<MethodRow> Rows =
    [
        // RFC 7208 section 2.6.1: SPF with nothing to check gives the result "none".
        new("spf", "spf", AuthenticationMethods.Spf)
        {
            Rank = 0, Step = 2, Otherwise = "spf_helo", Unchecked = "none", Summary = ["result", "domain", "explanation"], Expected = ["explanation"],
        },
        new("spf_helo", "spf", AuthenticationMethods.Spf) { Rank = 1, Step = 1, Expected = [] },
        new("dkim", "dkim", AuthenticationMethods.Dkim)
        {
            Rank = 2, Each = "signature", Summary = ["domain", "selector", "result", "reason", "reason_code"], Expected = ["domain", "selector", "result"],
        },
        new("arc", "arc", AuthenticationMethods.Arc) { Rank = 4, Expected = [] },
        new("dmarc", "dmarc", AuthenticationMethods.Dmarc)
        {
            Rank = 3, Summary = ["result", "policy", "disposition", "org_domain"], Expected = ["result", "policy", "disposition", "org_domain"],
        },
        new("bimi", "bimi", AuthenticationMethods.Bimi) { Rank = 5 },
        new("iprev", "iprev", AuthenticationMethods.Iprev) { Rank = 6, Step = 0 },
    ];

    /// <summary>The rows in the order of summaries and vectors.</summary>
    public static ImmutableArray<MethodRow> Ranked { get; } = [.. Rows.OrderBy(static row => row.Rank)];

    /// <summary>The rows of a summary, without those that only replace another.</summary>
    internal static readonly ImmutableArray<MethodRow> Summary = [.. Ranked.Where(static row => !Rows.Any(other => other.Otherwise == row.Name))];

    /// <summary>The methods that can be switched on, for people: "a, b and c".</summary>
    internal static readonly string Choices = string.Join(", ", Methods[..^1]) + " and " + Methods[^1];

    private static string[] Methods => [.. Rows.OrderBy(static row => row.Flag).Select(static row => row.Method).Distinct(StringComparer.Ordinal)];

    /// <summary>The row of a name; null when no row has it.</summary>
    internal static MethodRow? Find(string name) => Rows.FirstOrDefault(row => row.Name == name);

    /// <summary>The value of a method that can be switched on, by its keyword in RFC 8601; null for any other text.</summary>
    internal static AuthenticationMethods? FlagOf(string method) => Rows.FirstOrDefault(row => row.Method == method)?.Flag;

    /// <summary>The rows of a summary of an outcome: those of the table, then those of methods that only this outcome has.</summary>
    /// <param name="outcome">The outcome.</param>
    public static IEnumerable<MethodRow> SummaryOf(AuthenticationOutcome outcome)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        return Summary.Concat(Others(outcome));
    }

    /// <summary>What each method found, in the order of the SMTP dialogue: the client's address, HELO, MAIL FROM, then what the message has.</summary>
    /// <param name="outcome">The outcome.</param>
    public static IEnumerable<IMethodOutcome> InDialogueOrder(AuthenticationOutcome outcome)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        return outcome.Methods.OrderBy(static method => Find(method.Name)?.Step ?? 3);
    }

    /// <summary>All rows of an outcome: those of the table, then those of methods that only this outcome has.</summary>
    internal static IEnumerable<MethodRow> RowsOf(AuthenticationOutcome outcome) => Rows.Concat(Others(outcome));

    /// <summary>What was found, in the order of the header field; what is null was not checked.</summary>
    internal static ImmutableArray<IMethodOutcome> Ordered(params ReadOnlySpan<IMethodOutcome?> found)
    {
        // The checks of a message usually come in the order of the rows.
        var (count, row) = (0, 0);
        foreach (var method in found)
        {
            count += method is null ? 0 : 1;
            row = method is null ? row : RowFrom(row, method.Name);
        }

        var (ordered, added) = (new IMethodOutcome[count], 0);
        if (row <= Rows.Length)
        {
            foreach (var method in found)
            {
                if (method is not null)
                {
                    ordered[added++] = method;
                }
            }

            return ImmutableCollectionsMarshal.AsImmutableArray(ordered);
        }

        Order(found, ordered);
        return ImmutableCollectionsMarshal.AsImmutableArray(ordered);
    }

    // The place after that of a name, from a place on; beyond all of them when it is not there.
    private static int RowFrom(int place, string name)
    {
        while (place < Rows.Length && Rows[place].Name != name)
        {
            place++;
        }

        return place + 1;
    }

    private static void Order(ReadOnlySpan<IMethodOutcome?> found, IMethodOutcome[] ordered)
    {
        var added = 0;
        foreach (var row in Rows)
        {
            foreach (var method in found)
            {
                if (method?.Name == row.Name)
                {
                    ordered[added++] = method;
                }
            }
        }

        // A method that the table does not have comes last.
        for (var index = 0; added < ordered.Length; index++)
        {
            if (found[index] is { } method && Find(method.Name) is null)
            {
                ordered[added++] = method;
            }
        }
    }

    /// <summary>The methods of an outcome with another result under a name; null to take it out.</summary>
    internal static ImmutableArray<IMethodOutcome> With(ImmutableArray<IMethodOutcome> methods, string name, IMethodOutcome? found) =>
        Ordered([.. methods.Where(method => method.Name != name), found]);

    /// <summary>What starts the check of a client's address when a connection begins; null when the options leave it out.</summary>
    internal static ClientCheck? ForClient(IDnsResolver resolver, AuthenticationOptions options)
    {
        if (!options.Runs(AuthenticationMethods.Iprev))
        {
            return null;
        }

        var evaluator = new IprevEvaluator(resolver, options.Iprev);
        return (dns, client) =>
        {
            var check = evaluator.EvaluateAsync(dns, client, CancellationToken.None);
            return check.IsCompletedSuccessfully ? new ValueTask<IMethodOutcome>(check.Result) : OutcomeAsync(check);
        };

        static async ValueTask<IMethodOutcome> OutcomeAsync(ValueTask<IprevResult> check) => await check.ConfigureAwait(false);
    }

    private static IEnumerable<MethodRow> Others(AuthenticationOutcome outcome) =>
        outcome.Methods.Where(static method => Find(method.Name) is null).DistinctBy(static method => method.Name, StringComparer.Ordinal)
            .Select(static method => new MethodRow(method.Name, method.Method, AuthenticationMethods.None));
}
