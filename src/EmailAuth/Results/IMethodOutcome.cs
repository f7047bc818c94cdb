using System.Collections.Immutable;
using System.Text.Json;

namespace EmailAuth.Results;

/// <summary>
/// What one method found for a message, in the form that all outputs read: the header field, JSON, vectors and logs. Immutable and
/// thread-safe.
/// </summary>
public interface IMethodOutcome
{
    /// <summary>
    /// The name of the method among those of an outcome: its member in JSON and its key in vectors. It equals <see cref="Method"/>, except for a
    /// method that judges several identities (<c>spf</c> and <c>spf_helo</c>).
    /// </summary>
    string Name { get; }

    /// <summary>The method in the terms of RFC 8601 section 2.7, such as <c>spf</c>.</summary>
    string Method => Name;

    /// <summary>The result, such as <c>pass</c>; of several the best one.</summary>
    string Result { get; }

    /// <summary>Why, in one line; null where there is nothing to explain.</summary>
    string? Reason { get; }

    /// <summary>The kind of <see cref="Reason"/> in a word that never changes (REASONS.md), for programs; null without a reason, and for a result whose maker gave no code.</summary>
    string? ReasonCode => null;

    /// <summary>Adds its results for the header field (RFC 8601 section 2.2), in the field's order: at least one, and not all when there are very many.</summary>
    /// <param name="results">Where to add them; earlier results stay.</param>
    void AddResultsTo(ImmutableArray<MethodResult>.Builder results);

    /// <summary>All results in the terms of RFC 8601, in the order of the header field; never empty.</summary>
    ImmutableArray<MethodResult> ToMethodResults()
    {
        var results = ImmutableArray.CreateBuilder<MethodResult>(1);
        AddResultsTo(results);
        return results.DrainToImmutable();
    }

    /// <summary>
    /// Writes the result with its evidence as one JSON value: an object with the member <c>result</c>, or an array of such objects where a
    /// message can have several results.
    /// </summary>
    /// <param name="json">Where to write it.</param>
    void WriteJson(Utf8JsonWriter json);

    /// <summary>
    /// Writes what a line of <c>emailauth batch</c> has of it, as one JSON value: some of the members of <see cref="WriteJson"/>, in the same form. By
    /// default an object with <c>result</c> alone.
    /// </summary>
    /// <param name="json">Where to write it.</param>
    void WriteSummaryJson(Utf8JsonWriter json)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.WriteStartObject();
        json.WriteString("result", Result);
        json.WriteEndObject();
    }
}
