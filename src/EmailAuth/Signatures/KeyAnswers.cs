using System.Runtime.InteropServices;
using EmailAuth.Dns;

namespace EmailAuth.Signatures;

/// <summary>Waits for the keys of a message's signatures. All were requested when the header ended, so the waits overlap.</summary>
internal static class KeyAnswers
{
    /// <summary>Puts each answer into its check. Nothing is allocated when all answers have arrived.</summary>
    /// <typeparam name="T">The signatures.</typeparam>
    /// <param name="dns">The asker that requested them; null only when no signature needs one.</param>
    /// <param name="checks">The signatures, or null for none.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public static ValueTask CollectAsync<T>(DnsAsker? dns, List<T>? checks, CancellationToken cancellationToken)
        where T : IKeyedCheck
    {
        foreach (ref var check in CollectionsMarshal.AsSpan(checks))
        {
            if (check.NeedsKey)
            {
                var key = dns!.QueryAsync(check.KeyQuestion, cancellationToken);
                if (!key.IsCompletedSuccessfully)
                {
                    return CollectAsync(key, dns, checks!, cancellationToken);
                }

                check.Key = key.Result;
            }
        }

        return ValueTask.CompletedTask;
    }

    private static async ValueTask CollectAsync<T>(
        ValueTask<DnsResponse> pending, DnsAsker dns, List<T> checks, CancellationToken cancellationToken)
        where T : IKeyedCheck
    {
        await pending.ConfigureAwait(false);
        for (var index = 0; index < checks.Count; index++)
        {
            var check = checks[index];
            if (check.NeedsKey)
            {
                check.Key ??= await dns.QueryAsync(check.KeyQuestion, cancellationToken).ConfigureAwait(false);
                checks[index] = check;
            }
        }
    }
}
