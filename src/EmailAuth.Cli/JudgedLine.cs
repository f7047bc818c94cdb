using EmailAuth.Syntax;
using EmailAuth.Testing;

namespace EmailAuth.Cli;

/// <summary>What became of a line of the batch format.</summary>
/// <param name="Result">The line of the result; null when the line cannot be read.</param>
/// <param name="Reason">Why it cannot be read; null when it can.</param>
internal readonly record struct JudgedLine(string? Result, string? Reason)
{
    /// <summary>Judges a line.</summary>
    /// <param name="runner">Judges its message.</param>
    /// <param name="line">The line as it was read.</param>
    /// <param name="cancellationToken">Ends the checks.</param>
    public static async Task<JudgedLine> OfAsync(VectorRunner runner, ParseResult<BatchLine> line, CancellationToken cancellationToken)
    {
        if (!line.IsSuccess)
        {
            return new JudgedLine(null, line.Error.Reason);
        }

        try
        {
            var outcome = await runner.EvaluateAsync(line.Value.Input, line.Value.Zone, cancellationToken);
            return new JudgedLine(BatchResult.ToJsonLine(line.Value.Id, outcome), null);
        }
        catch (ArgumentException e)
        {
            // A record of the zone has data that its type does not allow.
            return new JudgedLine(null, e.Message);
        }
    }
}
