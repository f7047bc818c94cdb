using EmailAuth.Dns;

namespace EmailAuth.Tests.TestSupport;

/// <summary>What our tests often want of a <see cref="ScriptedResolver"/>.</summary>
internal static class ScriptedResolvers
{
    extension(ScriptedResolver resolver)
    {
        /// <summary>The names that were asked for, in order.</summary>
        public string[] Names => [.. resolver.Asked.Select(static question => question[(question.IndexOf(' ', StringComparison.Ordinal) + 1)..])];

        public int AskedCount => resolver.Asked.Length;

        /// <summary>One whose answers wait until the test lets them through.</summary>
        public static ScriptedResolver Held(IDnsResolver inner, bool isDeaf = false) => new(inner) { IsHolding = true, IsDeaf = isDeaf };

        /// <summary>One whose answers come later, from any thread.</summary>
        public static ScriptedResolver Yielding(IDnsResolver inner) =>
            new(inner) { Script = (_, question, cancellationToken) => () => YieldAsync(inner, question, cancellationToken) };
    }

    private static async ValueTask<DnsResponse> YieldAsync(IDnsResolver inner, DnsQuestion question, CancellationToken cancellationToken)
    {
        await Task.Yield();
        return await inner.QueryAsync(question, cancellationToken);
    }
}
