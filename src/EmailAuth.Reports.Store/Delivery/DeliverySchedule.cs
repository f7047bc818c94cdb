using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace EmailAuth.Reports.Store.Delivery;

/// <summary>When reports are sent, sent again, and given up. All of it follows from the report's id, so that each sender comes to the same.</summary>
internal static class DeliverySchedule
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(4);

    /// <summary>When a report is due: a while after its period, so that late journals count, and then spread over some hours.</summary>
    /// <param name="reportId">The id.</param>
    /// <param name="periodEnd">The end of the period.</param>
    /// <param name="options">How long.</param>
    public static DateTimeOffset DueAt(string reportId, DateTimeOffset periodEnd, DeliveryOptions options) =>
        periodEnd + options.SettleTime + (options.SpreadTime * Fraction(reportId));

    /// <summary>When a delivery is tried again after attempts that decided nothing: 15 minutes, doubled each time up to 4 hours, give or take a fifth.</summary>
    /// <param name="token">The delivery.</param>
    /// <param name="attempts">How many there were, at least 1.</param>
    /// <param name="now">The time.</param>
    public static DateTimeOffset RetryAt(string token, int attempts, DateTimeOffset now)
    {
        var pause = FirstPause * Math.Pow(2, Math.Min(attempts - 1, 10));
        pause = pause < LongestPause ? pause : LongestPause;
        return now + (pause * (0.8 + (0.4 * Fraction($"{token}/{attempts}"))));
    }

    private static double Fraction(string text)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(text));
        return BinaryPrimitives.ReadUInt32BigEndian(hash) / (uint.MaxValue + 1.0);
    }
}
