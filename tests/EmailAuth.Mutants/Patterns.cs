using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace EmailAuth.Mutants;

/// <summary>What a pattern may be changed to: a part left out, a boundary moved by one, a number or a character changed.</summary>
internal static class Patterns
{
    public static IEnumerable<(string Kind, string Text)> Of(PatternSyntax pattern) =>
        pattern.DescendantNodesAndSelf().SelectMany(node => Of(pattern, node));

    private static IEnumerable<(string Kind, string Text)> Of(PatternSyntax whole, SyntaxNode part)
    {
        switch (part)
        {
            case BinaryPatternSyntax both:
                yield return ("pattern", With(whole, both, both.Left));
                if (both.Left.Kind() != both.Kind())
                {
                    yield return ("pattern", With(whole, both, both.Right));
                }

                break;
            case RelationalPatternSyntax relation:
                yield return ("boundary", With(whole, relation, relation.WithOperatorToken(SyntaxFactory.Token(relation.OperatorToken.Kind() switch
                {
                    SyntaxKind.LessThanToken => SyntaxKind.LessThanEqualsToken,
                    SyntaxKind.LessThanEqualsToken => SyntaxKind.LessThanToken,
                    SyntaxKind.GreaterThanToken => SyntaxKind.GreaterThanEqualsToken,
                    _ => SyntaxKind.GreaterThanToken,
                }).WithTrailingTrivia(SyntaxFactory.Space))));
                break;
            case ConstantPatternSyntax { Expression: LiteralExpressionSyntax literal } when Changes.OtherLiteral(literal) is { } other && !literal.IsKind(SyntaxKind.StringLiteralExpression):
                yield return ("constant", With(whole, literal, SyntaxFactory.ParseExpression(other)));
                break;
            case PropertyPatternClauseSyntax { Subpatterns.Count: > 1 } properties:
                foreach (var subpattern in properties.Subpatterns)
                {
                    yield return ("pattern", With(whole, properties, properties.WithSubpatterns(properties.Subpatterns.Remove(subpattern))));
                }

                break;
            case ListPatternSyntax list when list.Patterns.FirstOrDefault(item => item is SlicePatternSyntax { Pattern: null }) is { } slice:
                yield return ("pattern", With(whole, list, list.WithPatterns(list.Patterns.Remove(slice))));
                break;
        }
    }

    private static string With(PatternSyntax whole, SyntaxNode part, SyntaxNode other) =>
        whole == part ? other.WithoutTrivia().ToString() : whole.ReplaceNode(part, other.WithTriviaFrom(part)).WithoutTrivia().ToString();
}
