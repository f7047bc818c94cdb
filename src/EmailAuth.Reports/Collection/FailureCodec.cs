using System.Collections.Immutable;
using EmailAuth.Reports.Failures;

namespace EmailAuth.Reports.Collection;

/// <summary>The bytes of the failures of a message.</summary>
internal static class FailureCodec
{
    public static void Write(CompactWriter writer, ImmutableArray<FailureIncident> failures)
    {
        writer.WriteNumber((ulong)failures.Length);
        foreach (var failure in failures)
        {
            writer.WriteText(failure.PolicyDomain);
            writer.WriteText(failure.Organization);
            writer.WriteText(failure.Kind);
            writer.WriteText(failure.Fields);
            writer.WriteText(failure.Header);
            writer.WriteNumber((ulong)failure.ReportUris.Length);
            foreach (var uri in failure.ReportUris)
            {
                writer.WriteText(uri);
            }
        }
    }

    /// <summary>Reads failures; null when the bytes are damaged. No bytes are no failures.</summary>
    public static ImmutableArray<FailureIncident>? Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return ImmutableArray<FailureIncident>.Empty;
        }

        var reader = new CompactReader(bytes);
        if (!reader.TryReadCount(out var count))
        {
            return null;
        }

        var failures = ImmutableArray.CreateBuilder<FailureIncident>();
        for (var i = 0; i < count; i++)
        {
            if (!reader.TryReadRequiredText(out var domain) || !reader.TryReadRequiredText(out var organization) || !reader.TryReadRequiredText(out var kind)
                || !reader.TryReadText(out var fields) || !reader.TryReadText(out var header) || !reader.TryReadCount(out var uris))
            {
                return null;
            }

            var addresses = ImmutableArray.CreateBuilder<string>();
            for (var j = 0; j < uris; j++)
            {
                if (!reader.TryReadRequiredText(out var uri))
                {
                    return null;
                }

                addresses.Add(uri);
            }

            failures.Add(new FailureIncident
            {
                PolicyDomain = domain,
                Organization = organization,
                Kind = kind,
                Fields = fields,
                Header = header,
                ReportUris = addresses.ToImmutable(),
            });
        }

        return reader.IsAtEnd ? failures.ToImmutable() : null;
    }
}
