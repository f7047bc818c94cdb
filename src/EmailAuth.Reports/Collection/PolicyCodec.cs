using System.Collections.Immutable;
using EmailAuth.Dmarc;
using EmailAuth.Reports.Aggregate;

namespace EmailAuth.Reports.Collection;

/// <summary>The bytes of a policy and of who wants reports about it.</summary>
internal static class PolicyCodec
{
    private const byte Version = 1;

    public static void Write(CompactWriter writer, PublishedPolicy policy, ImmutableArray<string> reportUris)
    {
        writer.WriteByte(Version);
        writer.WriteText(policy.Domain);
        writer.WriteByte(Code((int?)policy.Policy));
        writer.WriteByte(Code((int?)policy.SubdomainPolicy));
        writer.WriteByte(Code((int?)policy.NonexistentSubdomainPolicy));
        writer.WriteByte(Code((int?)policy.DkimAlignment));
        writer.WriteByte(Code((int?)policy.SpfAlignment));
        writer.WriteText(policy.DiscoveryMethod);
        writer.WriteText(policy.FailureOptions);
        writer.WriteByte(policy.IsTesting is { } isTesting ? Code(isTesting ? 1 : 0) : (byte)0);
        writer.WriteNumber((ulong)reportUris.Length);
        foreach (var uri in reportUris)
        {
            writer.WriteText(uri);
        }
    }

    public static CollectedPolicy? Read(ReadOnlySpan<byte> bytes)
    {
        var reader = new CompactReader(bytes);
        return reader.TryReadByte(out var version) && version == Version
            && reader.TryReadRequiredText(out var domain)
            && TryReadCode(ref reader, (int)DmarcPolicy.Reject, out var policy)
            && TryReadCode(ref reader, (int)DmarcPolicy.Reject, out var subdomains)
            && TryReadCode(ref reader, (int)DmarcPolicy.Reject, out var nonexistent)
            && TryReadCode(ref reader, (int)DmarcAlignmentMode.Strict, out var dkim)
            && TryReadCode(ref reader, (int)DmarcAlignmentMode.Strict, out var spf)
            && reader.TryReadText(out var discovery)
            && reader.TryReadText(out var failure)
            && TryReadCode(ref reader, 1, out var testing)
            && TryReadUris(ref reader, out var uris)
            && reader.IsAtEnd
            ? new CollectedPolicy
            {
                Policy = new PublishedPolicy
                {
                    Domain = domain,
                    Policy = (DmarcPolicy?)policy,
                    SubdomainPolicy = (DmarcPolicy?)subdomains,
                    NonexistentSubdomainPolicy = (DmarcPolicy?)nonexistent,
                    DkimAlignment = (DmarcAlignmentMode?)dkim,
                    SpfAlignment = (DmarcAlignmentMode?)spf,
                    DiscoveryMethod = discovery,
                    FailureOptions = failure,
                    IsTesting = testing is null ? null : testing == 1,
                },
                ReportUris = uris,
            }
            : null;
    }

    // Null is zero.
    private static byte Code(int? value) => value is { } given ? (byte)(given + 1) : (byte)0;

    private static bool TryReadCode(ref CompactReader reader, int highest, out int? value)
    {
        var isRead = reader.TryReadByte(out var code) && code <= highest + 1;
        value = isRead && code > 0 ? code - 1 : null;
        return isRead;
    }

    private static bool TryReadUris(ref CompactReader reader, out ImmutableArray<string> uris)
    {
        uris = [];
        if (!reader.TryReadCount(out var count))
        {
            return false;
        }

        var read = ImmutableArray.CreateBuilder<string>();
        for (var i = 0; i < count; i++)
        {
            if (!reader.TryReadRequiredText(out var uri))
            {
                return false;
            }

            read.Add(uri);
        }

        uris = read.DrainToImmutable();
        return true;
    }
}
