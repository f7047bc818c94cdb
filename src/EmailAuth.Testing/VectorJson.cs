using System.Text.Json.Serialization;

namespace EmailAuth.Testing;

/// <summary>The shapes of vectors, batch lines and zones, read and written by generated code. <see cref="VectorFormat"/> adds the rules.</summary>
[JsonSourceGenerationOptions(
    GenerationMode = JsonSourceGenerationMode.Metadata,
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    MaxDepth = VectorFormat.MaxDepth,
    Converters =
    [
        typeof(TextConverter), typeof(TextsConverter), typeof(AddressConverter), typeof(MomentConverter), typeof(BytesConverter),
        typeof(FlagConverter), typeof(EntryKindConverter), typeof(UnknownConverter), typeof(ZoneConverter), typeof(ExpectationConverter),
    ])]
[JsonSerializable(typeof(TestVector))]
[JsonSerializable(typeof(BatchLine))]
[JsonSerializable(typeof(Zone))]
[JsonSerializable(typeof(ZoneRecord))]
[JsonSerializable(typeof(SealExpectation))]
internal sealed partial class VectorJson : JsonSerializerContext;
