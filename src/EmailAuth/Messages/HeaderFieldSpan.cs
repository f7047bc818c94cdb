using System.Runtime.InteropServices;

namespace EmailAuth.Messages;

/// <summary>Where a field is in its block. <see cref="Colon"/> counts from <see cref="Start"/>, -1 without one.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct HeaderFieldSpan(int Start, int Length, int NameLength, int Colon);
