using System.Collections.Immutable;
using System.Text.Json;

namespace EmailAuth.Results;

/// <summary>
/// What one method found for a message, in the form that every output reads: the header field, JSON, vectors, logs. Immutable; safe to share
/// between threads.
/// </summary>
public interface IMethodOutcome
{
    /// <summary>
    /// The name of the method among those of an outcome: its member in JSON and its key in vectors. It is <see cref="Method"/>, but for a
    /// method that judges several identities (<c>spf</c> and <c>spf_helo</c>).
    /// </summary>
    string Name { get; }

    /// <summary>The method in the terms of RFC 8601 section 2.7, such as <c>spf</c>.</summary>
    string Method => Name;

    /// <summary>When the method has what it judges: as a rule with the message.</summary>
    MethodStage Stage => MethodStage.Message;

    /// <summary>The result, such as <c>pass</c>; of several the best one.</summary>
    string Result { get; }

    /// <summary>Why, in one line; null where there is nothing to explain.</summary>
    string? Reason { get; }

    /// <summary>The reason in a word that never changes, for programs; null exactly when <see cref="Reason"/> is null.</summary>
    string? ReasonCode => null;

    /// <summary>Adds what the header field says of it (RFC 8601 section 2.2), in its order: at least one result, and of very many not all.</summary>
    /// <param name="results">Where to add it; what is there already stays.</param>
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
}
