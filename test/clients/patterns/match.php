<?php
// Prints, as JSON, each text that PCRE does not match. Without `u`, as clients of openapi-generator call it, and with `u`.
ini_set('pcre.jit', '0');
$rejected = [];
foreach (json_decode(file_get_contents($argv[1]), true) as ['pattern' => $pattern, 'texts' => $texts]) {
    foreach (['', 'u'] as $flag) {
        $expression = '~' . str_replace('~', '\~', $pattern) . '~' . $flag;
        foreach ($texts as $text) {
            if (@preg_match($expression, $text) !== 1) {
                $rejected[] = [$pattern, $flag, $text];
            }
        }
    }
}
echo json_encode($rejected);
