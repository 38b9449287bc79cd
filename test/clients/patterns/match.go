// Prints, as JSON, each text that RE2 (Go's regexp) does not match.
package main

import (
	"encoding/json"
	"os"
	"regexp"
)

type asked struct {
	Pattern string
	Texts   []string
}

func main() {
	file, err := os.ReadFile(os.Args[1])
	if err != nil {
		panic(err)
	}
	var patterns []asked
	if err := json.Unmarshal(file, &patterns); err != nil {
		panic(err)
	}
	rejected := [][]string{}
	for _, each := range patterns {
		expression, err := regexp.Compile(each.Pattern)
		if err != nil {
			rejected = append(rejected, []string{each.Pattern, err.Error()})
			continue
		}
		for _, text := range each.Texts {
			if !expression.MatchString(text) {
				rejected = append(rejected, []string{each.Pattern, text})
			}
		}
	}
	if err := json.NewEncoder(os.Stdout).Encode(rejected); err != nil {
		panic(err)
	}
}
