using System.Collections.Immutable;
using EmailAuth.Reports.Aggregate;

namespace EmailAuth.Reports.Collection;

/// <summary>The bytes of a row without its count.</summary>
internal static class RowCodec
{
    private const byte Version = 1;

    public static void Write(CompactWriter writer, AggregateRecord record)
    {
        writer.WriteByte(Version);
        writer.WriteText(record.SourceAddress);
        writer.WriteByte((byte)record.Disposition);
        writer.WriteByte((byte)record.Dkim);
        writer.WriteByte((byte)record.Spf);
        writer.WriteText(record.HeaderFrom);
        writer.WriteText(record.EnvelopeFrom);
        writer.WriteText(record.EnvelopeTo);
        writer.WriteNumber((ulong)record.Reasons.Length);
        foreach (var reason in record.Reasons)
        {
            writer.WriteByte((byte)reason.Type);
            writer.WriteText(reason.Comment);
        }

        writer.WriteNumber((ulong)record.DkimResults.Length);
        foreach (var dkim in record.DkimResults)
        {
            writer.WriteText(dkim.Domain);
            writer.WriteText(dkim.Selector);
            writer.WriteText(dkim.Result);
            writer.WriteText(dkim.HumanResult);
        }

        writer.WriteByte(record.SpfResult is null ? (byte)0 : (byte)1);
        if (record.SpfResult is { } spf)
        {
            writer.WriteText(spf.Domain);
            writer.WriteText(spf.Scope);
            writer.WriteText(spf.Result);
            writer.WriteText(spf.HumanResult);
        }
    }

    public static AggregateRecord? Read(ReadOnlySpan<byte> bytes)
    {
        var reader = new CompactReader(bytes);
        return reader.TryReadByte(out var version) && version == Version
            && reader.TryReadRequiredText(out var source)
            && reader.TryReadByte(out var disposition) && disposition <= (byte)AggregateDisposition.Reject
            && reader.TryReadByte(out var dkim) && dkim <= (byte)AlignedResult.Fail
            && reader.TryReadByte(out var spf) && spf <= (byte)AlignedResult.Fail
            && reader.TryReadRequiredText(out var headerFrom)
            && reader.TryReadText(out var envelopeFrom)
            && reader.TryReadText(out var envelopeTo)
            && TryReadReasons(ref reader, out var reasons)
            && TryReadDkim(ref reader, out var dkimResults)
            && TryReadSpf(ref reader, out var spfResult)
            && reader.IsAtEnd
            ? new AggregateRecord
            {
                SourceAddress = source,
                Disposition = (AggregateDisposition)disposition,
                Dkim = (AlignedResult)dkim,
                Spf = (AlignedResult)spf,
                HeaderFrom = headerFrom,
                EnvelopeFrom = envelopeFrom,
                EnvelopeTo = envelopeTo,
                Reasons = reasons,
                DkimResults = dkimResults,
                SpfResult = spfResult,
            }
            : null;
    }

    private static bool TryReadReasons(ref CompactReader reader, out ImmutableArray<PolicyOverrideReason> reasons)
    {
        reasons = [];
        if (!reader.TryReadCount(out var count))
        {
            return false;
        }

        var read = ImmutableArray.CreateBuilder<PolicyOverrideReason>();
        for (var i = 0; i < count; i++)
        {
            if (!reader.TryReadByte(out var type) || type > (byte)PolicyOverrideType.SampledOut || !reader.TryReadText(out var comment))
            {
                return false;
            }

            read.Add(new PolicyOverrideReason { Type = (PolicyOverrideType)type, Comment = comment });
        }

        reasons = read.DrainToImmutable();
        return true;
    }

    private static bool TryReadDkim(ref CompactReader reader, out ImmutableArray<ReportedDkim> results)
    {
        results = [];
        if (!reader.TryReadCount(out var count))
        {
            return false;
        }

        var read = ImmutableArray.CreateBuilder<ReportedDkim>();
        for (var i = 0; i < count; i++)
        {
            if (!reader.TryReadRequiredText(out var domain) || !reader.TryReadText(out var selector)
                || !reader.TryReadRequiredText(out var result) || !reader.TryReadText(out var human))
            {
                return false;
            }

            read.Add(new ReportedDkim { Domain = domain, Selector = selector, Result = result, HumanResult = human });
        }

        results = read.DrainToImmutable();
        return true;
    }

    private static bool TryReadSpf(ref CompactReader reader, out ReportedSpf? result)
    {
        result = null;
        if (!reader.TryReadByte(out var isThere) || isThere > 1)
        {
            return false;
        }

        if (isThere == 0)
        {
            return true;
        }

        if (!reader.TryReadRequiredText(out var domain) || !reader.TryReadText(out var scope)
            || !reader.TryReadRequiredText(out var code) || !reader.TryReadText(out var human))
        {
            return false;
        }

        result = new ReportedSpf { Domain = domain, Scope = scope, Result = code, HumanResult = human };
        return true;
    }
}
